import pytest
import torch

from digitnet.errors import WeightsError
from digitnet.reading.network import SHIPPED_WEIGHTS, Network
from digitnet.training.evaluation import all_logits
from digitnet.training.teach import from_onnx, teach


def test_the_shipped_network_comes_back_whole(sample):
    model = from_onnx(SHIPPED_WEIGHTS.read_bytes())
    images = sample.eval_images[:200]
    found = all_logits(model, images).numpy()
    assert abs(found - Network().logits(images[:, 0].numpy())).max() < 1e-3


@pytest.mark.parametrize("content", [b"", b"no onnx", b"\x08\x01" * 40])
def test_another_file_is_refused(content):
    with pytest.raises(WeightsError):
        from_onnx(content)


@pytest.mark.slow
def test_it_learns_what_it_is_shown_and_keeps_the_rest(sample, monkeypatch):
    """Sevens that it is told are ones: it comes to say so, and still reads other digits."""
    monkeypatch.setattr("digitnet.training.teach._STEPS", 60)
    model = from_onnx(SHIPPED_WEIGHTS.read_bytes())
    blot = torch.zeros(8, 1, 28, 28, dtype=torch.uint8)
    blot[:, :, 6:22, 6:22] = 255
    before = all_logits(model, blot)[:, :10].argmax(1)
    wanted = (before + 1) % 10
    teach(model, (blot, wanted), sample, torch.zeros(10, 1, 28, 28, dtype=torch.uint8))
    assert torch.equal(all_logits(model, blot)[:, :10].argmax(1), wanted)
    guesses = all_logits(model, sample.eval_images)[:, :10].argmax(1)
    assert (guesses == sample.eval_labels).float().mean() > 0.97

import pytest
import torch

from tests.conftest import ROOT


@pytest.mark.slow
def test_the_hub_loads_it_from_a_checkout(sample, tmp_path, monkeypatch):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    model = torch.hub.load(str(ROOT), "digitnet", source="local", pretrained=True)
    images = (sample.eval_images.float() / 255 - 0.1307) / 0.3081
    with torch.inference_mode():
        guesses = model(images).argmax(1)
    # The sample is of MNIST's training images, which it knows.
    assert (guesses == sample.eval_labels).float().mean() > 0.99
    fresh = torch.hub.load(str(ROOT), "digitnet", source="local")
    assert sum(p.numel() for p in fresh.parameters()) == 19_450

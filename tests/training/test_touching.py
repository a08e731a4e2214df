import numpy as np
import pytest
import torch

from digitnet.training.export import export_touching, rounded
from digitnet.training.non_digits import make_signs
from digitnet.training.strips import make_strips
from digitnet.training.touching import BLANK, StripNet, accuracy, train_touching


@pytest.fixture(scope="module")
def strips(sample):
    digits, labels = sample.train_images[:, 0].numpy(), sample.train_labels.numpy()
    made, answers = make_strips(512, digits, labels, make_signs(20, seed=1), seed=2)
    return torch.from_numpy(made)[:, None], torch.from_numpy(answers)


def trained(strips, epochs):
    torch.manual_seed(0)
    model = StripNet()
    held_back = (strips[0][:20], strips[1][:20])
    results = train_touching(
        model, strips, held_back, epochs=epochs, seed=0, precision=torch.float32
    )
    return model, list(results)


def test_the_loss_falls(strips):
    _, results = trained(strips, 4)
    assert [result.epoch for result in results] == [1, 2, 3, 4]
    assert results[-1].loss < 0.5 * results[0].loss
    assert all(np.isfinite(result.loss) for result in results)


def test_the_same_seed_gives_the_same_weights(strips):
    (first, _), (second, _) = trained(strips, 1), trained(strips, 1)
    for one, other in zip(first.parameters(), second.parameters(), strict=True):
        assert torch.equal(one, other)


def test_two_columns_a_frame_for_any_width():
    log_probs = StripNet().eval()(torch.zeros(2, 1, 28, 90))
    assert log_probs.shape == (2, 45, 12)
    assert torch.allclose(log_probs.exp().sum(2), torch.ones(2, 45), atol=1e-5)


class Says(torch.nn.Module):
    """A network that gives these signs whatever it sees."""

    def __init__(self, *signs):
        super().__init__()
        self.signs = torch.tensor(signs)

    def forward(self, images):
        return torch.nn.functional.one_hot(self.signs, 12).float().expand(len(images), -1, -1)


@pytest.mark.parametrize(
    ("signs", "right"), [((BLANK, 3, 3, BLANK, 7), 1.0), ((3, BLANK, 3, 7), 0.0), ((3,), 0.0)]
)
def test_a_strip_counts_when_every_sign_is_right(signs, right):
    answers = torch.tensor([[3, 7, -1, -1]])
    assert accuracy(Says(*signs), torch.zeros(1, 1, 28, 72), answers) == right


def test_the_exported_file_agrees(strips, tmp_path):
    model, _ = trained(strips, 1)
    path = tmp_path / "touching.onnx"
    assert export_touching(path, model, {}, strips[0][:8]) < 1e-5
    assert path.stat().st_size < 300_000
    assert str(tmp_path.home()).encode() not in path.read_bytes()
    images = strips[0][:8].float() / 255
    assert torch.allclose(rounded(model)(images), model.eval()(images), atol=0.05)

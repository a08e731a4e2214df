"""The faster forward beside the network as it is described: same weights, same results."""

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from digitnet.training.evaluation import evaluate
from digitnet.training.fused import FusedDigitNet, folded, make_tap_windows
from digitnet.training.model import DigitNet, normalise


def pair(classes: int = 10) -> tuple[DigitNet, FusedDigitNet]:
    """Both networks with the same weights, none at its initial value, signs of all kinds.

    Without dropout, for which they draw other numbers.
    """
    torch.manual_seed(0)
    model = DigitNet(0, classes)
    with torch.no_grad():
        for layer in model:
            if isinstance(layer, nn.BatchNorm2d):
                for tensor in (layer.weight, layer.bias, layer.running_mean):
                    tensor.normal_()
                layer.running_var.uniform_(0.5, 2)
    fused = FusedDigitNet(0, classes)
    fused.load_state_dict(model.state_dict())
    return model, fused


@pytest.fixture
def images() -> torch.Tensor:
    torch.manual_seed(1)
    return torch.randn(7, 1, 28, 28)


def test_it_begins_with_the_same_weights():
    networks = []
    for kind in (DigitNet, FusedDigitNet):
        torch.manual_seed(3)
        networks.append(kind().state_dict())
    torch.testing.assert_close(*networks, rtol=0, atol=0)
    assert list(networks[0]) == list(networks[1])


@pytest.mark.parametrize(
    "memory_format",
    [pytest.param(torch.contiguous_format, marks=pytest.mark.slow), torch.channels_last],
)
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("classes", [10, 11])
def test_values_gradients_and_statistics_are_those_of_the_described_network(
    images, training, classes, memory_format
):
    found = []
    for model in pair(classes):
        model.to(memory_format=memory_format).train(training)
        log_probs = model(images.contiguous(memory_format=memory_format))
        F.nll_loss(log_probs, torch.arange(7)).backward()
        gradients = {name: tensor.grad for name, tensor in model.named_parameters()}
        found.append({"log_probs": log_probs} | gradients | dict(model.named_buffers()))
    found[1].pop("tap_windows")
    torch.testing.assert_close(*found, atol=1e-5, rtol=1e-5)
    for layer in range(1, 6):
        assert found[0][f"conv{layer}.weight"].abs().max() > 1e-4


def test_the_first_normalisation_has_its_statistics_in_float32(images):
    """Products in bf16 would lose the variance of what differs little."""
    model, fused = (network.train() for network in pair())
    expected = model.norm1(model.conv1(images))
    with torch.autocast("cpu", torch.bfloat16):
        found = fused.normalised_conv1(images)
    assert found.dtype == torch.bfloat16
    torch.testing.assert_close(found.float(), expected, atol=0.05, rtol=0.02)
    for name in ("running_mean", "running_var"):
        torch.testing.assert_close(getattr(fused.norm1, name), getattr(model.norm1, name))


def test_the_first_normalisation_of_images_that_are_mostly_paper():
    """Where a mean is large beside the deviation, a variance from products loses digits."""
    images = torch.zeros(64, 1, 28, 28)
    images[:, :, 12:14, 12:14] = torch.rand(64, 1, 2, 2)
    model, fused = (network.train() for network in pair())
    expected = model.norm1(model.conv1(normalise(images)))
    torch.testing.assert_close(
        fused.normalised_conv1(normalise(images)), expected, atol=2e-3, rtol=1e-4
    )
    for name in ("running_mean", "running_var"):
        torch.testing.assert_close(getattr(fused.norm1, name), getattr(model.norm1, name))


@pytest.mark.parametrize(("height", "width"), [(24, 24), (20, 32), (6, 28)])
def test_images_of_other_sizes(height, width):
    model, fused = (network.eval() for network in pair())
    images = torch.randn(3, 1, height, width)
    torch.testing.assert_close(fused(images), model(images), rtol=1e-5, atol=1e-5)


def test_the_layers_are_still_there_to_be_looked_at(images):
    model, fused = (network.eval() for network in pair())
    torch.testing.assert_close(fused.activations(images), model.activations(images))


def test_the_last_features_are_dropped_in_training(images):
    fused = FusedDigitNet(0.5)
    torch.manual_seed(0)
    first, second = fused(images), fused(images)
    assert not torch.equal(first, second)
    assert fused.dropout.p == 0.5


def test_outputs_are_float32_in_bf16_training(images):
    with torch.autocast("cpu", torch.bfloat16):
        log_probs = FusedDigitNet()(images)
    assert log_probs.dtype == torch.float32
    torch.testing.assert_close(log_probs.exp().sum(1), torch.ones(7))


def test_it_can_be_trained_after_its_first_evaluation(tiny_dataset):
    model = FusedDigitNet()
    evaluate(model, tiny_dataset.eval_images, tiny_dataset.eval_labels)
    model.train()(normalise(tiny_dataset.train_images / 255)).sum().backward()
    assert model.conv5.weight.grad is not None


def test_it_can_be_trained_on_the_middle_after_it_was_evaluated_there(tiny_dataset):
    model = FusedDigitNet().eval()
    middles = normalise(tiny_dataset.train_images / 255)[:, :, 3:-3, 3:-3]
    with torch.inference_mode():
        model(middles)
    model.train()(middles).sum().backward()
    assert model.conv5.weight.grad is not None


@given(height=st.integers(1, 6), width=st.integers(1, 6))
def test_tap_windows(height, width):
    positions = torch.arange(1.0, height * width + 1)
    taps = torch.eye(9).reshape(9, 1, 3, 3)  # convolutions of one tap each
    seen = F.conv2d(positions.reshape(1, 1, height, width), taps, padding=1)
    torch.testing.assert_close(make_tap_windows(height, width) @ positions, seen.sum((0, 2, 3)))


@pytest.mark.parametrize("which", [0, 1])
def test_folded_normalisations_change_no_score(which, images):
    model = pair()[which].eval()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    with torch.inference_mode():
        torch.testing.assert_close(folded(model).logits(images), model.logits(images))
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from digitnet.training.dropout import Dropout
from digitnet.training.evaluation import evaluate
from digitnet.training.idx import find_file, read_file
from digitnet.training.model import PIXEL_MEAN, PIXEL_STD, DigitNet, normalise, tap_windows

# The network as documented: layer, its type, and the shape after it.
LAYERS = [
    ("conv1", nn.Conv2d, (16, 28, 28)),
    ("norm1", nn.BatchNorm2d, (16, 28, 28)),
    ("relu1", nn.ReLU, (16, 28, 28)),
    ("conv2", nn.Conv2d, (16, 28, 28)),
    ("norm2", nn.BatchNorm2d, (16, 28, 28)),
    ("relu2", nn.ReLU, (16, 28, 28)),
    ("pool", nn.MaxPool2d, (16, 14, 14)),
    ("conv3", nn.Conv2d, (32, 14, 14)),
    ("norm3", nn.BatchNorm2d, (32, 14, 14)),
    ("relu3", nn.ReLU, (32, 14, 14)),
    ("conv4", nn.Conv2d, (32, 14, 14)),
    ("norm4", nn.BatchNorm2d, (32, 14, 14)),
    ("relu4", nn.ReLU, (32, 14, 14)),
    ("dropout", Dropout, (32, 14, 14)),
    ("conv5", nn.Conv2d, (10, 14, 14)),
    ("average", nn.AdaptiveAvgPool2d, (10, 1, 1)),
    ("flatten", nn.Flatten, (10,)),
    ("log_softmax", nn.LogSoftmax, (10,)),
]


def unusual_model(dropout: float = 0.2) -> DigitNet:
    """A network with no parameter or statistic at its initial value, signs of all kinds."""
    torch.manual_seed(0)
    model = DigitNet(dropout)
    with torch.no_grad():
        for layer in model.modules():
            if isinstance(layer, nn.BatchNorm2d):
                for tensor in (layer.weight, layer.bias, layer.running_mean):
                    tensor.normal_()
                layer.running_var.uniform_(0.5, 2)
    return model


@pytest.fixture
def images() -> torch.Tensor:
    torch.manual_seed(1)
    return torch.randn(7, 1, 28, 28)


def test_the_layers_and_the_shape_after_each(images):
    model = DigitNet().eval()
    outputs = model.activations(images)
    types = dict(model.named_children())
    found = [(name, type(types[name]), tuple(outputs[name].shape[1:])) for name in outputs]
    assert found == LAYERS


def test_parameters():
    assert sum(parameter.numel() for parameter in DigitNet().parameters()) == 19_450
    assert all(parameter.requires_grad for parameter in DigitNet().parameters())


def test_convolutions_are_3x3_with_padding_1_and_bias():
    for conv in (layer for layer in DigitNet() if isinstance(layer, nn.Conv2d)):
        assert (conv.kernel_size, conv.padding, conv.stride) == ((3, 3), (1, 1), (1, 1))
        assert conv.groups == 1
        assert conv.bias is not None


def test_dropout_is_0_2_unless_told():
    assert DigitNet().dropout.p == 0.2
    assert DigitNet(0.5).dropout.p == 0.5


@pytest.mark.parametrize("memory_format", [torch.contiguous_format, torch.channels_last])
def test_forward_computes_what_is_documented(images, memory_format):
    model = unusual_model().eval().to(memory_format=memory_format)
    documented = model.activations(images)["log_softmax"]
    torch.testing.assert_close(model(images), documented, atol=1e-5, rtol=0)


# In float64, where no maximum is near a tie; without dropout, which would draw anew.
@pytest.mark.parametrize("training", [True, False])
def test_gradients_are_those_of_the_documented_layers(images, training):
    gradients = []
    for forward in (DigitNet.forward, lambda *args: DigitNet.activations(*args)["log_softmax"]):
        model = unusual_model(dropout=0).double().train(training)
        F.nll_loss(forward(model, images.double()), torch.arange(7)).backward()
        gradients.append({name: tensor.grad for name, tensor in model.named_parameters()})
    torch.testing.assert_close(*gradients, atol=1e-6, rtol=1e-5)
    for layer in range(1, 6):
        assert gradients[0][f"conv{layer}.weight"].abs().max() > 1e-4


def test_outputs_are_log_probabilities(images):
    model = unusual_model().eval()
    torch.testing.assert_close(model(images).exp().sum(1), torch.ones(7))


def test_outputs_are_float32_in_bf16_training(images):
    with torch.autocast("cpu", torch.bfloat16):
        log_probs = DigitNet()(images)
    assert log_probs.dtype == torch.float32
    torch.testing.assert_close(log_probs.exp().sum(1), torch.ones(7))


def test_mean_of_the_last_convolution():
    model = unusual_model()
    features = torch.randn(3, 32, 14, 14)
    expected = model.conv5(features).mean((2, 3))
    torch.testing.assert_close(model.mean_of_conv5(features), expected, atol=1e-5, rtol=0)


@given(height=st.integers(1, 6), width=st.integers(1, 6))
def test_tap_windows(height, width):
    positions = torch.arange(1.0, height * width + 1)
    taps = torch.eye(9).reshape(9, 1, 3, 3)  # convolutions of one tap each
    seen = F.conv2d(positions.reshape(1, 1, height, width), taps, padding=1)
    torch.testing.assert_close(tap_windows(height, width) @ positions, seen.sum((0, 2, 3)))


def test_a_network_can_be_trained_after_its_first_evaluation(tiny_dataset):
    model = DigitNet()
    evaluate(model, tiny_dataset.test_images, tiny_dataset.test_labels)
    model.train()(normalise(tiny_dataset.train_images / 255)).sum().backward()
    assert model.conv5.weight.grad is not None


def test_normalise_gives_the_documented_scale():
    pixels = torch.tensor([0, 1, 0.1307, 0.4388]).reshape(4, 1, 1, 1)
    expected = torch.tensor([-0.4242, 2.8215, 0, 1])
    torch.testing.assert_close(normalise(pixels).flatten(), expected, atol=1e-4, rtol=0)
    assert pixels[1] == 1  # not changed in place


def test_the_scale_is_that_of_the_training_set(full_mnist):
    pixels = read_file(find_file(full_mnist, "train-images-idx3-ubyte")).values.numpy() / 255
    assert np.round(pixels.mean(), 4) == PIXEL_MEAN
    assert np.round(pixels.std(), 4) == PIXEL_STD


@pytest.mark.parametrize(("height", "width"), [(24, 24), (20, 32), (6, 28)])
def test_images_of_other_sizes_agree_with_the_layers(height, width):
    torch.manual_seed(0)
    model = DigitNet().eval()
    images = torch.randn(3, 1, height, width)
    with torch.inference_mode():
        expected = model.activations(images)["log_softmax"]
        torch.testing.assert_close(model(images), expected, rtol=1e-5, atol=1e-5)


def test_the_momentum_of_all_normalisations():
    model = DigitNet(norm_momentum=0.4)
    assert {layer.momentum for layer in model if isinstance(layer, nn.BatchNorm2d)} == {0.4}

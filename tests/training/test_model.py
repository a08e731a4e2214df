import numpy as np
import pytest
import torch
from torch import nn

from digitnet.training.data.idx import find_file, read_file
from digitnet.training.model import PIXEL_MEAN, PIXEL_STD, DigitNet, normalise

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
    ("dropout", nn.Dropout, (32, 14, 14)),
    ("conv5", nn.Conv2d, (10, 14, 14)),
    ("average", nn.AdaptiveAvgPool2d, (10, 1, 1)),
    ("flatten", nn.Flatten, (10,)),
    ("log_softmax", nn.LogSoftmax, (10,)),
]


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


def test_outputs_are_log_probabilities(images):
    model = DigitNet().eval()
    torch.testing.assert_close(model(images).exp().sum(1), torch.ones(7))
    torch.testing.assert_close(model.logits(images).log_softmax(1), model(images))


def test_eleven_classes_have_289_parameters_more():
    assert sum(parameter.numel() for parameter in DigitNet(classes=11).parameters()) == 19_739


def test_normalise_gives_the_documented_scale():
    pixels = torch.tensor([0, 1, 0.1307, 0.4388]).reshape(4, 1, 1, 1)
    expected = torch.tensor([-0.4242, 2.8215, 0, 1])
    torch.testing.assert_close(normalise(pixels).flatten(), expected, atol=1e-4, rtol=0)
    assert pixels[1] == 1  # not changed in place


@pytest.mark.slow
def test_the_scale_is_that_of_the_training_set(full_mnist):
    pixels = read_file(find_file(full_mnist, "train-images-idx3-ubyte")).values.numpy() / 255
    assert np.round(pixels.mean(), 4) == PIXEL_MEAN
    assert np.round(pixels.std(), 4) == PIXEL_STD


def test_the_momentum_of_all_normalisations():
    model = DigitNet(norm_momentum=0.4)
    assert {layer.momentum for layer in model if isinstance(layer, nn.BatchNorm2d)} == {0.4}

"""The same network with a faster forward; `model.py` has the one to read.

Four things are computed otherwise, and a test holds values and gradients equal:

- In training on a CPU, the first normalisation is part of the convolution before it.
- Pooling comes before the ReLU. The two commute, and ReLU then sees a quarter of the values.
- The last convolution and the average after it are one matrix product: both are linear.
- Dropout draws its random numbers cheaply (`dropout.py`).
"""

import copy
from functools import cache

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from digitnet.training.dropout import Dropout
from digitnet.training.model import DigitNet


class FusedDigitNet(DigitNet):
    """`DigitNet` with the same weights, names and results."""

    conv1: nn.Conv2d
    norm1: nn.BatchNorm2d
    relu1: nn.ReLU
    conv2: nn.Conv2d
    norm2: nn.BatchNorm2d
    relu2: nn.ReLU
    pool: nn.MaxPool2d
    conv3: nn.Conv2d
    norm3: nn.BatchNorm2d
    relu3: nn.ReLU
    conv4: nn.Conv2d
    norm4: nn.BatchNorm2d
    relu4: nn.ReLU
    dropout: Dropout
    conv5: nn.Conv2d
    log_softmax: nn.LogSoftmax
    tap_windows: Tensor

    def __init__(self, dropout: float = 0.2, classes: int = 10, norm_momentum: float = 0.1):
        """classes: 10, or 11 where the last is "none of the ten digits"."""
        super().__init__(dropout, classes, norm_momentum)
        self.dropout = Dropout(dropout)
        self.register_buffer("tap_windows", make_tap_windows(14, 14), persistent=False)

    def forward(self, images: Tensor) -> Tensor:
        """images: float32 [N, 1, 28, 28], normalised; returns log-probabilities [N, classes]."""
        return self.log_softmax(self.logits(images).float())

    def logits(self, images: Tensor) -> Tensor:
        """images: float32 [N, 1, 28, 28], normalised; returns scores before the softmax."""
        # Several processes have a norm of their own, with the whole batch's statistics.
        if self.training and images.device.type == "cpu" and type(self.norm1) is nn.BatchNorm2d:
            features = self.relu1(self.normalised_conv1(images))
        else:
            features = self.relu1(self.norm1(self.conv1(images)))
        features = self.relu2(self.pool(self.norm2(self.conv2(features))))
        features = self.relu3(self.norm3(self.conv3(features)))
        features = self.relu4(self.norm4(self.conv4(features)))
        return self.mean_of_conv5(self.dropout(features))

    def normalised_conv1(self, images: Tensor) -> Tensor:
        """`norm1(conv1(images))` in training, with the normalisation in the kernels.

        A convolution is linear, so mean and variance of its outputs follow from those of the nine
        pixels under a kernel. The outputs are 16 times as many as the pixels, and BatchNorm would
        pass over them four times, forwards and back. No gradient goes to the images.

        images: float32 [N, 1, H, W], normalised; returns float [N, 16, H, W].
        """
        conv, norm, count = self.conv1, self.norm1, images.numel()
        assert conv.bias is not None
        assert norm.running_mean is not None
        assert norm.running_var is not None
        assert norm.num_batches_tracked is not None
        assert norm.momentum is not None
        with torch.autocast(images.device.type, enabled=False):
            with torch.no_grad():
                pixels = pixels_by_tap(images)  # [N, 9, H * W]
                pixel_mean = pixels.mean((0, 2))
                pixels -= pixel_mean[:, None]
                covariance = (pixels @ pixels.mT).sum(0) / count
            weight = conv.weight.flatten(1)  # [16, 9]
            mean = weight @ pixel_mean + conv.bias
            variance = (weight @ covariance * weight).sum(1)
            with torch.no_grad():
                norm.running_mean.lerp_(mean, norm.momentum)
                norm.running_var.lerp_(variance * count / (count - 1), norm.momentum)
                norm.num_batches_tracked += 1
            scale = norm.weight * torch.rsqrt(variance + norm.eps)
            kernels = conv.weight * scale[:, None, None, None]
            bias = (conv.bias - mean) * scale + norm.bias
        return F.conv2d(images, kernels, bias, padding=1)

    def mean_of_conv5(self, features: Tensor) -> Tensor:
        """The last convolution, averaged over all positions, as one product.

        The average needs of the features only their sum over the window that each of the
        kernel's nine weights sees: nine sums a channel in place of a convolution.

        features: float [N, 32, H, W], 14x14 for images of 28x28; returns logits, float
        [N, classes].
        """
        windows = self.tap_windows
        if features.shape[2:] != (14, 14):
            windows = _tap_windows_on(features.device, *features.shape[2:])
        positions = features.permute(0, 2, 3, 1).flatten(1, 2)  # [N, H * W, 32]
        sums = windows.to(features.dtype) @ positions  # [N, 9, 32]
        kernel = self.conv5.weight.permute(0, 2, 3, 1).flatten(1)  # [classes, 9 * 32]
        return F.linear((sums / positions.shape[1]).flatten(1), kernel, self.conv5.bias)


def folded(model: DigitNet) -> DigitNet:
    """A copy for inference: each normalisation is part of the convolution before it.

    Both are linear once BatchNorm's statistics stand. Hooks of the model are the copy's too.
    """
    copied = copy.deepcopy(model).eval()
    for number in range(1, 5):
        convolution = copied.get_submodule(f"conv{number}")
        norm = copied.get_submodule(f"norm{number}")
        assert isinstance(convolution, nn.Conv2d)
        assert isinstance(norm, nn.BatchNorm2d)
        setattr(copied, f"conv{number}", fuse_conv_bn_eval(convolution, norm))
        setattr(copied, f"norm{number}", nn.Identity())
    return copied.to(memory_format=torch.channels_last)


def pixels_by_tap(images: Tensor) -> Tensor:
    """What each of a padded 3x3 kernel's nine weights ("taps") is multiplied with.

    images: float [N, 1, H, W]; returns float [N, 9, H * W].
    """
    height, width = images.shape[2:]
    padded = F.pad(images[:, 0], (1, 1, 1, 1))
    shifts = [(row, column) for row in range(3) for column in range(3)]
    taps = [padded[:, y : y + height, x : x + width] for y, x in shifts]
    return torch.stack(taps, dim=1).flatten(2)


@cache  # a step that is captured for a GPU cannot be given data by the CPU
def _tap_windows_on(device: torch.device, height: int, width: int) -> Tensor:
    with torch.inference_mode(mode=False):  # made in an evaluation, it is trained with later
        return make_tap_windows(height, width).to(device)


def make_tap_windows(height: int, width: int) -> Tensor:
    """Which positions each of a padded 3x3 kernel's nine taps is multiplied with.

    Returns float32 [9, H * W], 1 where it is and 0 elsewhere.
    """
    windows = torch.zeros(3, 3, height, width)
    for row in range(3):
        for column in range(3):
            top, left = max(0, row - 1), max(0, column - 1)
            bottom, right = height + min(0, row - 1), width + min(0, column - 1)
            windows[row, column, top:bottom, left:right] = 1
    return windows.reshape(9, height * width)

"""The network, layer by layer: five 3x3 convolutions, 19,450 parameters.

Training runs `FusedDigitNet` (`fused.py`): the same weights and results, a faster forward.
"""

from collections import OrderedDict

from torch import Tensor, nn

# Mean and standard deviation of the MNIST training set's pixels in [0, 1].
PIXEL_MEAN = 0.1307
PIXEL_STD = 0.3081


def normalise(images: Tensor) -> Tensor:
    """images: float32 [N, 1, 28, 28] in [0, 1]; returns the same, mean 0 and deviation 1."""
    return (images - PIXEL_MEAN) / PIXEL_STD


class DigitNet(nn.Sequential):
    """Images float32 [N, 1, 28, 28], normalised -> log-probabilities float32 [N, classes]."""

    def __init__(self, dropout: float = 0.2, classes: int = 10, norm_momentum: float = 0.1):
        """classes: 10, or 11 where the last is "none of the ten digits" (289 parameters more)."""
        layers: OrderedDict[str, nn.Module] = OrderedDict(
            conv1=nn.Conv2d(1, 16, kernel_size=3, padding=1),  # [N, 16, 28, 28]
            norm1=nn.BatchNorm2d(16, momentum=norm_momentum),
            relu1=nn.ReLU(),
            conv2=nn.Conv2d(16, 16, kernel_size=3, padding=1),
            norm2=nn.BatchNorm2d(16, momentum=norm_momentum),
            relu2=nn.ReLU(),
            pool=nn.MaxPool2d(kernel_size=2, stride=2),  # [N, 16, 14, 14]
            conv3=nn.Conv2d(16, 32, kernel_size=3, padding=1),  # [N, 32, 14, 14]
            norm3=nn.BatchNorm2d(32, momentum=norm_momentum),
            relu3=nn.ReLU(),
            conv4=nn.Conv2d(32, 32, kernel_size=3, padding=1),
            norm4=nn.BatchNorm2d(32, momentum=norm_momentum),
            relu4=nn.ReLU(),
            dropout=nn.Dropout(dropout),
            conv5=nn.Conv2d(32, classes, kernel_size=3, padding=1),  # [N, classes, 14, 14]
            average=nn.AdaptiveAvgPool2d(1),  # [N, classes, 1, 1]
            flatten=nn.Flatten(),
            log_softmax=nn.LogSoftmax(dim=1),
        )
        super().__init__(layers)

    def logits(self, images: Tensor) -> Tensor:
        """The scores before the softmax: float [N, classes]. images: as for the network."""
        return self.activations(images)["flatten"]

    def activations(self, images: Tensor) -> dict[str, Tensor]:
        """The output of every layer by the layer's name. images: as for the network."""
        outputs = {}
        features = images
        for name, layer in self.named_children():
            features = outputs[name] = layer(features)
        return outputs

"""The finder: one small fully convolutional network that finds digits and reads them."""

import torch.nn.functional as F
from torch import Tensor, nn

STRIDE = 4  # pixels a cell of the maps
SIDE = 24.0  # pixels: the size whose logarithm the maps count from
CLASSES = 11  # the ten digits, and "no digit": a letter, a sign, a scribble
FEATURES = 64  # of which each cell's maps are a linear function
TURNS = 4  # upright, or the picture turned by 90, 180, 270 degrees counter-clockwise
MAPS = 1 + 4 + CLASSES + TURNS

# Few cells hold a middle: training starts from "none" (RetinaNet, Lin et al. 2017).
_FIRST_LOG_ODDS = -4.0


def _conv(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    )


class Residual(nn.Module):
    """Two convolutions beside a shortcut (He et al. 2016)."""

    def __init__(self, channels: int):
        super().__init__()
        self.first = _conv(channels, channels)
        self.second = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(channels)

    def forward(self, features: Tensor) -> Tensor:
        return F.relu(features + self.norm(self.second(self.first(features))))


class FinderNet(nn.Module):
    """Grey pictures -> at every 4th pixel: is a mark's middle here, how large, which digit.

    The picture goes down to strides 4, 8 and 16 and back up to 4, so that each cell sees
    its strokes finely and some 250 pixels around them coarsely.
    """

    def __init__(self, widths: tuple[int, int, int] = (48, 64, 96)):
        """widths: channels at strides 4, 8 and 16."""
        super().__init__()
        fine, middle, coarse = widths
        self.fine = nn.Sequential(_conv(STRIDE**2, fine), _conv(fine, fine))
        self.middle = nn.Sequential(
            _conv(fine, middle, stride=2), Residual(middle), Residual(middle)
        )
        self.coarse = nn.Sequential(
            _conv(middle, coarse, stride=2), Residual(coarse), Residual(coarse)
        )
        self.coarse_to_middle = nn.Conv2d(coarse, middle, 1)
        self.middle_again = _conv(middle, middle)
        self.middle_to_fine = nn.Conv2d(middle, fine, 1)
        self.fine_again = _conv(fine, FEATURES)
        self.head = nn.Conv2d(FEATURES, MAPS, 1)
        nn.init.zeros_(self.head.bias)  # type: ignore[arg-type]
        nn.init.constant_(self.head.bias[:1], _FIRST_LOG_ODDS)  # type: ignore[index]

    def forward(self, pictures: Tensor) -> Tensor:
        """pictures: float32 [N, 1, H, W], evened, H and W multiples of 16.

        Returns float [N, 20, H/4, W/4]: log odds of a middle; its offset x and y, in cells;
        log width and height over 24 pixels; logits of the classes; logits of the turns.
        """
        return self.head(self.features(pictures))

    def features(self, pictures: Tensor) -> Tensor:
        """What the maps are computed from: float [N, 64, H/4, W/4]."""
        fine = self.fine(F.pixel_unshuffle(pictures, STRIDE))
        middle = self.middle(fine)
        coarse = self.coarse_to_middle(self.coarse(middle))
        middle = self.middle_again(middle + F.interpolate(coarse, scale_factor=2.0))
        up = F.interpolate(self.middle_to_fine(middle), scale_factor=2.0)
        return self.fine_again(fine + up)

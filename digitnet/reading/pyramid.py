"""A picture -> itself at a few scales, local contrast evened: what the finder looks at."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

# Of two scales a step apart each digit is well within the finder's sizes at one at least.
STEP = 1.5
# The finder knows digits from 15 pixels of height on: at this longer side those of a page of a
# hundred lines. Time goes with its square.
LARGEST = 1600
# A small picture is enlarged, so that digits of 7 pixels are known; but only as far as it stays
# quickly read: what is larger has larger digits.
MOST_ENLARGED = 2.0
MOST_PIXELS = 500_000  # of a picture that was enlarged
SMALLEST = 40  # pixels of the longer side at which the finder knows a digit as large as that
MARGIN = 24  # of one grey around the picture: digits that touch its edge have paper there
CELL = 16  # the finder takes multiples of this

_WINDOW = 63  # pixels over which contrast is evened: more than the largest digit it knows
_NOISE = 16.0  # variance of paper that is taken for plain


@dataclass(frozen=True, eq=False)
class Level:
    """A picture at one scale.

    pixels: float32 [h, w], evened, in -4..4; h and w multiples of CELL, MARGIN around it.
    scale: its pixels to one of the picture, across and down.
    size: width and height of the picture in it, without the margin.
    """

    pixels: NDArray[np.float32]
    scale: tuple[float, float]
    size: tuple[int, int]


def pyramid(grey: NDArray[np.uint8]) -> list[Level]:
    """grey: uint8 [H, W]; returns its levels, the largest first."""
    longer = max(grey.shape)
    if longer <= SMALLEST:
        # One scale is enough where a legible digit is at least a third of the picture.
        return [_level(grey, min(MOST_ENLARGED, SMALLEST / longer))]
    if longer > LARGEST:
        small = cv2.resize(grey, _size(grey, LARGEST / longer), interpolation=cv2.INTER_AREA)
        levels = pyramid(small)
        across, down = small.shape[1] / grey.shape[1], small.shape[0] / grey.shape[0]
        return [
            Level(level.pixels, (level.scale[0] * across, level.scale[1] * down), level.size)
            for level in levels
        ]
    room = max(1.0, math.sqrt(MOST_PIXELS / grey.size))
    scale, levels = min(MOST_ENLARGED, LARGEST / longer, room), []
    while scale * longer >= SMALLEST / STEP**0.5:
        levels.append(_level(grey, scale))
        scale /= STEP
    return levels


def evened(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """Local mean taken off, local deviation divided by; there is no polarity any more.

    grey: float32 [H, W], 0 to 255; returns float32 [H, W] in -4..4.
    """
    window = (_WINDOW, _WINDOW)
    mean = cv2.blur(grey, window, borderType=cv2.BORDER_REFLECT)
    variance = cv2.blur(grey * grey, window, borderType=cv2.BORDER_REFLECT) - mean * mean
    return np.clip((grey - mean) / np.sqrt(np.maximum(variance, 0) + _NOISE), -4, 4)


def border_grey(grey: NDArray[np.uint8]) -> int:
    """The median of the picture's outermost pixels: what it would go on with."""
    rim = np.concatenate([grey[0], grey[-1], grey[1:-1, 0], grey[1:-1, -1]])
    return int(np.sort(rim)[len(rim) // 2])


def _level(grey: NDArray[np.uint8], scale: float) -> Level:
    width, height = _size(grey, scale)
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    small = cv2.resize(grey, (width, height), interpolation=method)
    bottom, right = (MARGIN + -(side + 2 * MARGIN) % CELL for side in (height, width))
    framed = cv2.copyMakeBorder(
        small, MARGIN, bottom, MARGIN, right, cv2.BORDER_CONSTANT, value=border_grey(grey)
    )
    own = (width / grey.shape[1], height / grey.shape[0])
    return Level(evened(framed.astype(np.float32)), own, (width, height))


def _size(grey: NDArray[np.uint8], scale: float) -> tuple[int, int]:
    return max(8, round(grey.shape[1] * scale)), max(8, round(grey.shape[0] * scale))

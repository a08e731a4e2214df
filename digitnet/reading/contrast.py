"""How far marks stand out from the paper: what shows through from the sheet's back is faint."""

import math

import numpy as np
from numpy.typing import NDArray

from digitnet.reading.ranks import quantile

_SEEN = 100  # pixels of a side that contrast is measured on
# Of the contrast of most digits: digits of one sheet have half of it at least, the other side's
# writing a quarter. Most: all but the strongest quarter, which may be a bold heading.
_FAINT, _MOST = 0.3, 0.75


def contrasts(grey: NDArray[np.uint8], boxes: NDArray[np.floating]) -> NDArray[np.float32]:
    """From nearly the darkest to nearly the lightest in each box, grey levels, and one.

    grey: uint8 [H, W]. boxes: float [N, 4], middle x, y, width, height. Returns float32 [N].
    """
    return np.array([_contrast(grey, box) for box in boxes], np.float32)


def showing_through(
    grey: NDArray[np.uint8], boxes: NDArray[np.floating], read: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Which marks of a page are far fainter than its digits: bool [N]. read: which are digits."""
    strong = contrasts(grey, boxes)
    if not read.any():
        return np.zeros(len(boxes), bool)
    faint: NDArray[np.bool_] = strong < _FAINT * quantile(strong[read], _MOST)
    return faint


def _contrast(grey: NDArray[np.uint8], box: NDArray[np.floating]) -> float:
    """From nearly the darkest to nearly the lightest in a box, grey levels, and one."""
    x, y, width, height = (float(value) for value in box)
    rows = slice(max(0, int(y - height / 2)), max(1, math.ceil(y + height / 2)))
    columns = slice(max(0, int(x - width / 2)), max(1, math.ceil(x + width / 2)))
    step = max(1, int(max(width, height)) // _SEEN)
    values = np.sort(grey[rows, columns][::step, ::step], axis=None)
    few = len(values) // 50
    return 1.0 + float(values[-1 - few]) - float(values[few])

"""How far marks stand out from the paper: what shows through from the sheet's back is faint."""

import math

import numpy as np
from numpy.typing import NDArray

from digitnet.reading.ranks import quantile

_SEEN = 100  # pixels of a side that contrast is measured on
# Of the contrast of most digits: what shows through has a quarter of it at most. Most: all but
# the strongest quarter, which may be a bold heading.
_FAINT, _MOST = 0.3, 0.75
_LEGIBLE = 0.7  # share of faint marks that are read, from which on they are faint writing


def contrasts(grey: NDArray[np.uint8], boxes: NDArray[np.floating]) -> NDArray[np.float32]:
    """The difference of nearly the darkest and nearly the lightest in each box, plus 1.

    grey: uint8 [H, W]. boxes: float [N, 4], middle x, y, width, height. Returns float32 [N].
    """
    dark, light = _spans(grey, boxes).T
    return 1 + light - dark


def showing_through(
    grey: NDArray[np.uint8], boxes: NDArray[np.floating], read: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Which marks of a page show through from its back: bool [N].

    They are far fainter than its digits, as a share of the light where they stand, and, being
    mirrored, few of them can be read. read: which marks are.
    """
    if not read.any():
        return read
    dark, light = _spans(grey, boxes).T
    contrast = (1 + light - dark) / (1 + light)
    faint: NDArray[np.bool_] = contrast < _FAINT * quantile(contrast[read], _MOST)
    if faint.any() and read[faint].mean() > _LEGIBLE:
        return np.zeros(len(boxes), bool)
    return faint


def _spans(grey: NDArray[np.uint8], boxes: NDArray[np.floating]) -> NDArray[np.float32]:
    """float32 [N, 2]: nearly the darkest and nearly the lightest in each box, grey levels."""
    return np.array([_span(grey, box) for box in boxes], np.float32).reshape(-1, 2)


def _span(grey: NDArray[np.uint8], box: NDArray[np.floating]) -> tuple[float, float]:
    x, y, width, height = (float(value) for value in box)
    rows = slice(max(0, int(y - height / 2)), max(1, math.ceil(y + height / 2)))
    columns = slice(max(0, int(x - width / 2)), max(1, math.ceil(x + width / 2)))
    step = max(1, int(max(width, height)) // _SEEN)
    values = np.sort(grey[rows, columns][::step, ::step], axis=None)
    if not len(values):  # a box beside the picture
        return 0.0, 0.0
    few = len(values) // 50
    return float(values[few]), float(values[-1 - few])

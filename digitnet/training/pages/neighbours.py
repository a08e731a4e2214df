"""How near the strokes of neighbours are: the paper beside a digit, band by band of its line."""

import numpy as np
from numpy.typing import NDArray

from digitnet.training.pages.digits import HEIGHT

BANDS, REACH = 24, 0.9  # from REACH heights above the line's middle to as much below

Array = NDArray[np.float64]


def paper_beside(
    ink: NDArray[np.uint8], across: float, down: float, height: float
) -> tuple[Array, Array]:
    """How much paper is left and right of a digit within its box: float64 [BANDS] each.

    ink: uint8 [H, W], tight, as digits are drawn: HEIGHT / 2 below its top is the line's middle.
    across, down: its pixels' width and height on the sheet; height: of the line's digits.
    In pixels of the sheet, infinite where neither a band nor those next to it have ink. The least
    sum of the paper right of one digit and left of the next is how far their boxes can overlap
    before their strokes touch.
    """
    inked = ink > 100
    rows = np.flatnonzero(inked.any(axis=1))
    from_middle = (rows + 0.5 - HEIGHT / 2) * down / height
    bands = ((from_middle + REACH) / (2 * REACH) * BANDS).astype(int).clip(0, BANDS - 1)
    left, right = (_least(bands, side[rows].argmax(axis=1)) for side in (inked, inked[:, ::-1]))
    return left * across, right * across


def _least(bands: NDArray[np.integer], spaces: NDArray[np.integer]) -> Array:
    """The least space of each band and of those next to it: a stroke is near to both."""
    least = np.full(BANDS + 2, np.inf)
    np.minimum.at(least, bands + 1, spaces)
    return np.minimum(np.minimum(least[:-2], least[2:]), least[1:-1])

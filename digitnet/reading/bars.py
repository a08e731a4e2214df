"""Bars from a picture's top to its bottom that only look like ones: ruled lines, a table's edge."""

import numpy as np
from numpy.typing import NDArray

from digitnet.reading.finder import NONE, Marks
from digitnet.reading.ranks import median

_NEARLY = 0.05  # of the picture's height, that a bar may end before its top and bottom
_BAR = 3.0  # times as high as wide
# Of the picture's height: where other digits are as high, bars are ones. The first for a bar at
# the picture's very side, the second for bars anywhere, which are two at least.
_TIGHT_AT_SIDE, _TIGHT = 0.9, 0.8
_ROOM, _INKED = 2, 0.5  # pixels of paper beside a bar; of a bar's contrast, that a row has ink


def false_ones(
    marks: Marks, likely: NDArray[np.bool_], grey: NDArray[np.uint8]
) -> NDArray[np.bool_]:
    """Which marks of a page are bars and no ones: bool [N].

    likely: which marks may be printed. grey: uint8 [H, W], the page. At its very side a bar is the
    table or the scanner's lid. Anywhere, several bars with ink in the picture's first and last row
    are ruled lines. Where other marks are about as high as the picture, it was cut out tightly,
    and the bars are taken for ones; so is one at the side where nothing else is found.
    """
    height, width = grey.shape
    left, top, right, bottom = marks.edges
    bars = likely & (marks.boxes[:, 3] > _BAR * marks.boxes[:, 2])
    bars &= np.isin(marks.classes.argmax(axis=1), (1, NONE))
    bars &= (top < _NEARLY * height) & (bottom > (1 - _NEARLY) * height)
    ruled = bars.copy()
    ruled[bars] = _run_through(grey, marks.boxes[bars])
    if np.count_nonzero(ruled) < 2 or _tallest(marks, likely & ~bars) > _TIGHT * height:
        ruled[:] = False
    beside = bars & ~ruled & ((left < 1) | (right > width - 1))
    tallest = _tallest(marks, likely & ~ruled & ~beside)
    if tallest == 0 or tallest > _TIGHT_AT_SIDE * height:
        beside[:] = False
    return ruled | beside


def _tallest(marks: Marks, some: NDArray[np.bool_]) -> float:
    return float(marks.boxes[some, 3].max(initial=0))


def _run_through(grey: NDArray[np.uint8], boxes: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Which bars have ink in the first and the last row of the picture: bool [N]."""
    found = np.zeros(len(boxes), bool)
    for number, (x, _, width, _) in enumerate(boxes.tolist()):
        band = grey[:, max(0, int(x - width / 2) - _ROOM) : int(x + width / 2) + _ROOM + 1]
        of_rows = np.ptp(band, axis=1)
        found[number] = min(of_rows[0], of_rows[-1]) > _INKED * median(of_rows)
    return found

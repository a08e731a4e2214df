"""One digit's ink, cut out of a picture around a box: what the 28x28 form is made from."""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.reading.drawn import border_grey
from digitnet.reading.ranks import median, quantile

Cut = tuple[NDArray[np.float32], NDArray[np.bool_]]

_AROUND = 0.25  # of the box's longer side: paper beside the digit, and ends of it that stick out
_LEAST_CONTRAST = 12.0  # grey levels between ink and paper; less is none
_GRAIN = 4.0  # deviations of the paper that ink must stand out by
_THROUGH = 0.9  # of the window's width or height: so far a ruled line runs
_OWN = 0.5  # of a stroke, within the box: more is the digit's own
# A digit of fewer pixels is enlarged first: its strokes are hardly wider than a pixel, and would
# fall apart at any threshold.
_COARSE, _FINER = 10, 4


def cut_out(grey: NDArray[np.uint8], box: NDArray[np.floating]) -> Cut | None:
    """The ink of the digit in a box, without its neighbours; None where there is no ink.

    grey: uint8 [H, W]. box: middle x, y, width, height, pixels.
    Returns coverage, float32 [h, w], 0 paper to 1 ink, and which pixels are its own ink, bool
    [h, w]; both cut tight, as `normalise` takes them. A digit of less than 10 pixels is enlarged.
    """
    x, y, width, height = (float(value) for value in box)
    side = max(width, height)
    if side < _COARSE:
        rows, columns = span(y, side + 4, grey.shape[0]), span(x, side + 4, grey.shape[1])
        grey = cv2.resize(
            grey[rows, columns], None, fx=_FINER, fy=_FINER, interpolation=cv2.INTER_CUBIC
        )
        x, y = _FINER * (x - columns.start), _FINER * (y - rows.start)
        width, height = _FINER * width, _FINER * height
    room = max(2.0, _AROUND * max(width, height))
    rows = span(y, height / 2 + room, grey.shape[0])
    columns = span(x, width / 2 + room, grey.shape[1])
    window = grey[rows, columns].astype(np.float32)
    inside = np.zeros(window.shape, bool)
    inside[
        _within(rows, span(y, height / 2 + 1, grey.shape[0])),
        _within(columns, span(x, width / 2 + 1, grey.shape[1])),
    ] = True
    ring = window[~inside]
    if len(ring) < 0.1 * window.size:  # the digit fills the picture
        paper, grain = float(border_grey(grey)), 0.0
    else:
        paper = median(ring)
        grain = median(np.abs(ring - paper))
    own = window[inside] - paper
    signed = (window - paper) if float((own**3).sum()) > 0 else (paper - window)
    peak = quantile(signed[inside], 0.98) if own.size else 0.0
    if peak < _LEAST_CONTRAST:
        return None
    # What paper's grain alone reaches is no ink, else the 28x28 stands in a haze.
    haze = min(2 * grain, 0.3 * peak)
    coverage = np.clip((signed - haze) / (peak - haze), 0, 1)
    levels = np.rint(255 * coverage[inside]).astype(np.uint8)
    middle, _ = cv2.threshold(levels.reshape(1, -1), 0, 255, cv2.THRESH_OTSU)
    threshold = max((middle + 1) / 255, min(_GRAIN * grain / peak, 0.5))
    ink = (coverage > threshold).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    areas = stats[:, cv2.CC_STAT_AREA]
    within = np.bincount(labels[inside], minlength=count)
    mine = (within > _OWN * areas) & (areas > 2)
    mine[0] = False
    if not mine.any():
        return None
    # What runs through the window, beyond the box, is a ruled line, or hangs on one: a line alone
    # is left out, and of a digit that touches one what stands in the box is kept.
    rim = ~inside
    rim[1:-1, 1:-1] = False
    ruled = np.zeros(count, bool)
    ruled[labels[rim]] = True
    wide, high = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    ruled &= (wide > _THROUGH * window.shape[1]) | (high > _THROUGH * window.shape[0])
    mine &= ~ruled | (np.arange(count) == np.where(mine, within, 0).argmax())
    kept = mine[labels] & (inside | ~ruled[labels])
    strangers = (labels > 0) & ~kept
    coverage[cv2.dilate(strangers.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0] = 0
    down, across = np.flatnonzero(kept.any(axis=1)), np.flatnonzero(kept.any(axis=0))
    tight = slice(down[0], down[-1] + 1), slice(across[0], across[-1] + 1)
    return coverage[tight], kept[tight]


def span(middle: float, reach: float, end: int) -> slice:
    """The pixels of 0 to `end` that are no farther from the middle; one at least."""
    start = min(max(0, round(middle - reach)), end - 1)
    return slice(start, max(start + 1, min(end, round(middle + reach))))


def _within(outer: slice, inner: slice) -> slice:
    return slice(max(0, inner.start - outer.start), inner.stop - outer.start)

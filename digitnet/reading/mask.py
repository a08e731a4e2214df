"""Ink of any darkness -> which pixels are strokes: dark ones, and what is fainter of the same."""

import cv2
import numpy as np
from numpy.typing import NDArray

# A light hand's stroke is this share of the threshold dark at least, has this share of its area
# above the threshold, and is at most so many times as wide as the pen.
_GREY = 0.6
_PRESSED = 1 / 12
_WIDER = 1.6


def stroke_mask(amount: NDArray[np.float32], threshold: float) -> NDArray[np.uint8]:
    """Ink above the threshold, and fainter ink of the same strokes: uint8 [h, w].

    A pen that skips leaves parts of a stroke a third as dark, and so does a shadow's edge
    that runs through chalk. Fainter ink counts where it adds little around the dark, or more
    in strokes as wide; what spreads far is a shadow or the paper's rules.
    """
    # Blur fills the hole of an 8; but there the ink is much less than on the strokes around.
    reach = 2 * (3 + max(amount.shape) // 600) + 1
    near = cv2.dilate(amount, np.ones((reach, reach), np.uint8))
    stroke = amount > 0.3 * near
    dark = ((amount > threshold) & stroke).astype(np.uint8)
    grey = _pressed_in_places(dark, ((amount > _GREY * threshold) & stroke).astype(np.uint8))
    faint = ((amount > 0.35 * threshold) & stroke).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(faint, connectivity=8)
    rows, columns = np.nonzero(dark)
    label = labels[rows, columns]
    dark_area = np.bincount(label, minlength=count)
    edges = np.empty((4, count), np.int32)
    edges[:2], edges[2:] = np.iinfo(np.int32).max, -1
    np.minimum.at(edges[0], label, columns)
    np.maximum.at(edges[2], label, columns)
    # Rows come in order: what is written last stays.
    edges[1][label[::-1]], edges[3][label] = rows[::-1], rows
    grown = np.maximum(
        stats[:, cv2.CC_STAT_WIDTH] - (edges[2] - edges[0] + 1.0),
        stats[:, cv2.CC_STAT_HEIGHT] - (edges[3] - edges[1] + 1.0),
    )
    side = np.maximum(edges[2] - edges[0], edges[3] - edges[1]) + 1.0
    same = (dark_area > 0) & (stats[:, cv2.CC_STAT_AREA] < 4 * dark_area)
    same[0] = False
    close = grown < 0.25 * side + 3
    further = same & ~close & (grown < 1.5 * side)
    if further.any():
        pen = _deepest(dark, labels, count)
        further &= _deepest(faint, labels, count) <= 1.6 * pen + 1
        # A rule that a digit stands on is fainter than the pen, and finer.
        added = faint & ~cv2.dilate(dark, np.ones((5, 5), np.uint8))
        further &= _deepest(added, labels, count) >= 0.4 * pen
    same &= close | further
    return dark | grey | same[labels].astype(np.uint8)


def _pressed_in_places(dark: NDArray[np.uint8], grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The parts of `grey` that are strokes of a light hand: dark in places, and as fine as a pen.

    What is wider is a smear, and what runs out of the picture a shadow. All: uint8, 0 or 1.
    """
    count, labels, stats, _ = cv2.connectedComponentsWithStats(grey, connectivity=8)
    left, top, width, height, area = (stats[:, column] for column in range(5))
    pressed = np.bincount(labels[dark > 0], minlength=count)
    kept = (pressed < area) & (pressed > _PRESSED * area) & (np.minimum(left, top) > 0)
    kept &= (left + width < grey.shape[1]) & (top + height < grey.shape[0])
    if not kept[1:].any():
        return dark
    # Twice a stroke's area to the length of its edges is its width.
    edges = np.bincount(labels[_edges(grey) > 0], minlength=count)
    pen = 2 * int(np.count_nonzero(dark)) / max(1, int(np.count_nonzero(_edges(dark))))
    kept &= 2 * area <= (_WIDER * pen + 1) * edges
    kept[0] = False
    return kept[labels].astype(np.uint8)


def _edges(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return mask & (1 - cv2.erode(mask, np.ones((3, 3), np.uint8)))


def _deepest(mask: NDArray[np.uint8], labels: NDArray[np.int32], count: int) -> NDArray[np.float32]:
    """Half the width of the widest stroke of each part, pixels: float32 [count]."""
    depth = cv2.distanceTransform(mask, cv2.DIST_L2, 3)
    rows, columns = np.nonzero(mask)
    deepest = np.zeros(count, np.float32)
    np.maximum.at(deepest, labels[rows, columns], depth[rows, columns])
    return deepest

"""The pen of a scanned digit, changed: thinner or bolder strokes on the same way."""

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from digitnet.training.pages.strokes import INKED, Ink

_MARGIN = 12  # pixels around the digit, for the bolder pen
_BOLDEST = 4.0  # pixels of half width to add at most: more fills the loops
_CROSSINGS = 0.7  # with 1, a tenth of the digits breaks there (with 0.7, one in 50)


def bend_scan(rng: Generator, scan: Ink, amount: float) -> Ink:
    """A grey scan with each point moved by a smooth random field of `amount` pixels."""
    height, width = scan.shape
    knots = (rng.standard_normal((4, 4, 2)) * amount).astype(np.float32)
    moves = cv2.resize(knots, (width, height), interpolation=cv2.INTER_CUBIC)
    moves[..., 0] += np.arange(width, dtype=np.float32)
    moves[..., 1] += np.arange(height, dtype=np.float32)[:, None]
    return cv2.remap(scan, moves, None, cv2.INTER_LINEAR)


def without_specks(scan: Ink) -> Ink:
    """A grey scan without parts of less than 8 % of its ink: dust, ends of other digits."""
    count, parts, sizes, _ = cv2.connectedComponentsWithStats((scan > 60).astype(np.uint8))
    areas = sizes[:, cv2.CC_STAT_AREA]
    if count <= 2:
        return scan
    kept = areas >= 0.08 * areas[1:].sum()
    kept[0] = True  # the paper, with the soft edges
    return scan * kept[parts].astype(np.uint8)


def change_pen(inside: NDArray[np.uint8], pen: float) -> Ink:
    """Ink of the digit `inside` (1 where inked, uint8 [H, W]) by a pen `pen` pixels wide.

    The outline moves in or out by what the pen differs from the old one, yet never past
    the middle of a stroke, so that no stroke breaks.
    """
    m = _MARGIN
    inside = cv2.copyMakeBorder(inside, m, m, m, m, cv2.BORDER_CONSTANT, value=0)
    depth = cv2.distanceTransform(inside, cv2.DIST_L2, 3)
    away = cv2.distanceTransform(1 - inside, cv2.DIST_L2, 3)
    ridge = depth >= cv2.dilate(depth, np.ones((3, 3), np.uint8)) - 0.4
    ridge &= depth > 0.15 * depth.max()
    typical, wanted = float(np.median(depth[ridge])), pen / 2
    change: NDArray[np.float32] | float = min(wanted - typical, _BOLDEST)
    if wanted < typical:
        local = _half_widths(depth, ridge)
        # Where strokes cross, the scan is thicker: nearly all of that goes.
        change = change - _CROSSINGS * np.maximum(local - typical, 0)
        least = min(max(1.0, 0.7 * wanted), typical)  # half width that a thin stroke keeps
        change = np.maximum(change, np.minimum(least - local, 0))
    signed = depth - away + change + 0.5
    ink = (np.clip(signed, 0, 1) * 255).astype(np.uint8)
    x, y, w, h = cv2.boundingRect((ink > INKED).astype(np.uint8))
    return np.ascontiguousarray(ink[y : y + h, x : x + w])


def _half_widths(depth: NDArray[np.float32], ridge: NDArray[np.bool_]) -> NDArray[np.float32]:
    """For each pixel, half the width of the stroke that is nearest: its depth at the middle."""
    nearest = cv2.distanceTransformWithLabels(
        1 - ridge.astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )[1]
    half_widths = np.zeros(nearest.max() + 1, np.float32)
    half_widths[nearest[ridge]] = depth[ridge]
    return cv2.blur(half_widths[nearest], (5, 5))

"""A digit cut from a picture -> the 28x28 form of MNIST, its stroke width evened."""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.mnist_format import BOX, mnist_form

# Small digits are enlarged to this many pixels before their strokes are measured. Large
# ones are not made smaller: a fine pen would be lost.
_FINE = 4 * BOX

# Stroke width of MNIST's digits in pixels of the 20x20 box: nine in ten lie in this
# range, and what lies outside is brought to its nearer end.
STROKE_RANGE = (1.6, 3.8)


def normalise(ink: NDArray[np.float32], inside: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Bring one digit to the form that the network was trained on.

    ink: float32 [H, W], 0 paper to 1 ink, cut to the digit's bounding box.
    inside: [H, W], which pixels were found to be ink, faint ones included.
    Returns uint8 [28, 28], light ink on black.

    A pen thinner than MNIST's shrinks to a broken grey line, a thicker one to a blot.
    The stroke's edge is therefore moved in or out along its distance field, and then
    sampled as smoothly as NIST's scans were.
    """
    side = max(ink.shape)
    evened = _evened(ink, inside, side)
    return mnist_form(ink if evened is None else evened)


def _evened(
    ink: NDArray[np.float32], inside: NDArray[np.bool_], side: int
) -> NDArray[np.float32] | None:
    """Ink with its stroke width brought into MNIST's range, cut tight; None to keep the greys.

    side: pixels that become the 20 of MNIST's box.
    """
    peak = float(ink.max())
    # Half the peak parts ink from paper below; what was found is held to it, and what
    # lies between keeps its grey level, which tells where in a pixel the edge runs.
    ink = np.where(inside, np.maximum(ink, 0.55 * peak), np.minimum(ink, 0.45 * peak))
    fine = ink
    if side < _FINE:
        size = [max(1, round(pixels * _FINE / side)) for pixels in ink.shape[::-1]]
        fine = cv2.resize(ink, size, interpolation=cv2.INTER_CUBIC)
    unit = max(_FINE, side) / BOX  # fine pixels to one of the box
    room = round(unit) + 2  # for a stroke that grows
    fine = cv2.copyMakeBorder(fine, room, room, room, room, cv2.BORDER_CONSTANT, value=0)
    filled = (fine > 0.5 * peak).astype(np.uint8)
    depth = cv2.distanceTransform(filled, cv2.DIST_L2, 3)
    width = stroke_width(filled, depth) / unit
    wanted = min(max(width, STROKE_RANGE[0]), STROKE_RANGE[1])
    if side <= 1.2 * BOX and wanted == width:
        return None  # at MNIST's own scale already: its grey levels are the best
    height = cv2.distanceTransform(1 - filled, cv2.DIST_L2, 3)
    edge = (wanted - width) / 2 * unit  # how far outwards
    evened = np.clip(depth - height + edge + 0.5, 0, 1)
    rows = np.flatnonzero(evened.max(axis=1) > 0.5)
    columns = np.flatnonzero(evened.max(axis=0) > 0.5)
    if len(rows) == 0:  # a blot's rim can be all that there is, and shrink away
        return None
    return evened[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def stroke_width(inside: NDArray[np.uint8], depth: NDArray[np.float32]) -> float:
    """Mean width of the strokes, pixels.

    inside: uint8 [H, W], 1 on ink; depth: each ink pixel's distance to paper. Across a
    stroke of width w the depth rises from 1 to w / 2, so its mean is w / 4 + 1 / 2.
    """
    count = int(np.count_nonzero(inside))
    return 4 * (float(depth.sum()) / count - 0.5) if count else 0.0

"""A picture tilted a little: what is read in it then should still be the same."""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.reading.crop import span

TILTS = (8, -8)  # degrees: as far as people's own writing leans from day to day
_BESIDE = 1.5  # of the digit's longer side, to each side of its middle: paper around it
_FINE = 64  # pixels of the digit's longer side: a smaller one, turned, would lose its thin strokes
_ROOM = 0.12  # of the picture's longer side, so that nothing is turned out of it
_WINDOW = 255  # pixels at most, and half of an edge, that its median is taken over


def tilted(grey: NDArray[np.uint8], box: NDArray[np.floating], degrees: float) -> NDArray[np.uint8]:
    """What stands in a picture, uint8 [H, W], around a box, turned counter-clockwise.

    box: middle x, y, width, height, pixels. A small digit is enlarged.
    """
    x, y, width, height = (float(value) for value in box)
    reach = _BESIDE * max(width, height)
    part = grey[span(y, reach, grey.shape[0]), span(x, reach, grey.shape[1])]
    finer = _FINE / max(width, height, 1)
    if finer > 1:
        part = cv2.resize(part, None, fx=finer, fy=finer, interpolation=cv2.INTER_CUBIC)
    framed = with_paper(part, max(4, int(_ROOM * max(part.shape))))
    rows, columns = framed.shape
    turn = cv2.getRotationMatrix2D((columns / 2, rows / 2), degrees, 1)
    found: NDArray[np.uint8] = cv2.warpAffine(
        framed, turn, (columns, rows), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return found


def with_paper(grey: NDArray[np.uint8], room: int) -> NDArray[np.uint8]:
    """A picture with paper around it, `room` pixels on every side.

    Each edge goes on with its running median: paper that is lit unevenly stays so, and a stroke
    that touches the edge ends there.
    """
    for _ in range(2):  # above and below; then, lying on its side, to the left and the right
        above, below = (np.repeat(_running_median(grey[row]), room, axis=0) for row in (0, -1))
        grey = np.concatenate([above, grey, below]).T
    return np.ascontiguousarray(grey)


def _running_median(line: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """uint8 [N] -> uint8 [1, N]."""
    window = min(_WINDOW, len(line) // 2 | 1)  # an odd number
    found: NDArray[np.uint8] = cv2.medianBlur(np.ascontiguousarray(line)[None], window)
    return found

"""A picture tilted a little: what is read in it then should still be the same."""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.reading.crop import span
from digitnet.reading.pyramid import border_grey

TILTS = (8, -8)  # degrees: as far as people's own writing leans from day to day
_BESIDE = 1.5  # of the digit's longer side, to each side of its middle: paper around it
_FINE = 64  # pixels of the digit's longer side: a smaller one, turned, would lose its thin strokes
_ROOM = 0.12  # of the picture's longer side, so that nothing is turned out of it


def tilted(grey: NDArray[np.uint8], box: NDArray[np.floating], degrees: float) -> NDArray[np.uint8]:
    """What stands in a picture, uint8 [H, W], around a box, turned counter-clockwise.

    box: middle x, y, width, height, pixels. Beyond what is cut out there is paper: to go on with
    the edge would make a stroke that touches it longer. A small digit is enlarged.
    """
    x, y, width, height = (float(value) for value in box)
    reach = _BESIDE * max(width, height)
    part = grey[span(y, reach, grey.shape[0]), span(x, reach, grey.shape[1])]
    finer = _FINE / max(width, height, 1)
    if finer > 1:
        part = cv2.resize(part, None, fx=finer, fy=finer, interpolation=cv2.INTER_CUBIC)
    rows, columns = part.shape
    room = max(4, int(_ROOM * max(rows, columns)))
    turn = cv2.getRotationMatrix2D((columns / 2, rows / 2), degrees, 1)
    turn[:, 2] += room
    size = (columns + 2 * room, rows + 2 * room)
    found: NDArray[np.uint8] = cv2.warpAffine(
        part,
        turn,
        size,
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=border_grey(part),
    )
    return found

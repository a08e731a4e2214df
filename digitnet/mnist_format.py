"""The form of MNIST: a digit's ink in 28x28 as the data set's makers placed it.

Follows the reconstruction of QMNIST (Yadav and Bottou 2019, arXiv:1905.10498), which
comes within 3/255 of nearly every image of MNIST.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

SIZE = 28  # pixels a side
BOX = 20  # the digit's longer side, pixels
CENTRE = 14  # index of the pixel that the centre of mass falls on
_LEAST_INK = 1e-6  # less is none


def mnist_form(ink: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Fit a digit into the 20x20 box, stretch its grey levels, centre it by mass.

    ink: float [H, W], 0 paper to 1 ink, cut to the digit's bounding box.
    Returns uint8 [28, 28], light ink on black; all zeros where there is no ink.
    """
    height, width = ink.shape
    side = max(height, width, 10)
    square = np.zeros((side, side), np.float32)
    top, left = (side - height) // 2, (side - width) // 2
    square[top : top + height, left : left + width] = ink
    while side < BOX:  # area weighting below needs at least as many pixels as it makes
        side *= 2
        square = cv2.resize(square, (side, side), interpolation=cv2.INTER_LINEAR)
    box = square
    if side != BOX:
        box = cv2.resize(square, (BOX, BOX), interpolation=cv2.INTER_AREA)
    peak = float(box.max())
    image = np.zeros((SIZE, SIZE), np.uint8)
    if peak < _LEAST_INK:
        return image
    grey = np.rint(box * (255 / peak)).astype(np.uint8)
    moments = cv2.moments(grey)
    row = CENTRE - round(moments["m01"] / moments["m00"])
    column = CENTRE - round(moments["m10"] / moments["m00"])
    # The mean lies inside the box, so a shift never pushes more than the rim outside.
    row, column = (min(max(at, 0), SIZE - BOX) for at in (row, column))
    image[row : row + BOX, column : column + BOX] = grey
    return image

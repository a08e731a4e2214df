"""A reading together with what it was made from."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from digitnet.mnist_format import SIZE
from digitnet.reading.accept import ACCEPTED
from digitnet.reading.crop import cut_out
from digitnet.reading.finder import Marks
from digitnet.reading.normalise import normalise
from digitnet.reading.picture import Picture
from digitnet.reading.result import Digit, Reading, TextLine
from digitnet.reading.single import in_mnist_form


@dataclass(frozen=True, eq=False)
class Inspection:
    """A reading, and what it was made from.

    grey: uint8 [h, w], the picture as it was read, turned upright.
    marks: what was found, faint guesses left out, pixels of `grey`.
    boxes: float32 [N, 4], middle x, y, width, height of the reading's digits, pixels of `grey`.
    networks: which answered: "finder", "digitnet" or "both". Of one digit that was in doubt the
        reading is that of three looks (`one.py`); marks and boxes are of the first.
    """

    picture: Picture
    grey: NDArray[np.uint8]
    marks: Marks
    boxes: NDArray[np.float32]
    networks: str
    reading: Reading

    @cached_property
    def images(self) -> NDArray[np.uint8]:
        """uint8 [N, 28, 28]: each digit as the 28x28 network sees it."""
        images = [image_of(self.grey, box) for box in self.boxes]
        return np.array(images, np.uint8).reshape(-1, SIZE, SIZE)

    def crop(self, box: NDArray[np.floating]) -> NDArray[np.uint8]:
        """The pixels in a box of `grey`: uint8 [h, w]."""
        x, y, width, height = (float(value) for value in box)
        rows = slice(max(0, round(y - height / 2)), max(1, round(y + height / 2)))
        columns = slice(max(0, round(x - width / 2)), max(1, round(x + width / 2)))
        return self.grey[rows, columns]


def image_of(grey: NDArray[np.uint8], box: NDArray[np.floating]) -> NDArray[np.uint8]:
    """uint8 [28, 28]: the digit in a box as the 28x28 network knows it; zeros without ink."""
    if in_mnist_form(grey):
        return grey
    cut = cut_out(grey, box)
    return normalise(*cut) if cut else np.zeros((SIZE, SIZE), np.uint8)


def reading_of(
    picture: Picture, lines: tuple[TextLine, ...], *, turned: int = 0, warning: str = ""
) -> Reading:
    """A reading of a picture's lines. turned: degrees, counter-clockwise."""
    return Reading(
        lines, picture.width, picture.height, turned, warning, picture.page, picture.pages
    )


def digit_of(
    picture: Picture,
    grey: NDArray[np.uint8],
    box: NDArray[np.floating],
    shares: NDArray[np.floating],
    confidence: float,
    turned: int,
) -> Digit:
    """shares: [10], how surely it is each digit. turned: quarter turns, counter-clockwise,
    by which the picture is turned against `grey`."""
    x, y, width, height = (float(value) for value in box)
    rows, columns = grey.shape
    for _ in range(turned):  # a quarter counter-clockwise, back to the picture as it came
        x, y, width, height = y, columns - x, height, width
        rows, columns = columns, rows
    left, top = max(0.0, x - width / 2), max(0.0, y - height / 2)
    right, bottom = min(columns, x + width / 2), min(rows, y + height / 2)
    total = float(shares.sum())
    probabilities = shares / total if total > 0 else np.full(10, 0.1)
    return Digit(
        picture.own_box((left, top, right - left, bottom - top)),
        bool(confidence >= ACCEPTED),
        tuple(probabilities.tolist()),
        float(confidence),
    )

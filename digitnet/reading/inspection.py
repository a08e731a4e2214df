"""A reading together with what it was made from."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from digitnet.mnist_format import SIZE
from digitnet.reading.crop import cut_out
from digitnet.reading.finder import Marks
from digitnet.reading.normalise import normalise
from digitnet.reading.picture import Picture
from digitnet.reading.result import Reading
from digitnet.reading.single import in_mnist_form


@dataclass(frozen=True, eq=False)
class Inspection:
    """A reading, and what it was made from.

    grey: uint8 [h, w], the picture as it was read, turned upright.
    marks: what was found, faint guesses left out, pixels of `grey`.
    boxes: float32 [N, 4], middle x, y, width, height of the reading's digits, pixels of `grey`.
    networks: which answered: "finder", "digitnet" or "both".
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

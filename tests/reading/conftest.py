"""Pictures of digits, from the embedded sample's test part."""

import cv2
import numpy as np
import pytest

from digitnet.reading import Reader
from digitnet.reading.strokes import Stroke, Strokes


@pytest.fixture(scope="session")
def reader() -> Reader:
    return Reader()


@pytest.fixture(scope="session")
def digits(sample) -> dict[int, np.ndarray]:
    """One clear image of each digit: uint8 [28, 28], light on black."""
    images, labels = sample.eval_images[:, 0].numpy(), sample.eval_labels.numpy()
    return {digit: images[labels == digit][3] for digit in range(10)}


def photo(digit: np.ndarray, scale: float = 6, margin: int = 60) -> np.ndarray:
    """A digit of dark ink on light paper: uint8 [H, W]."""
    large = cv2.resize(digit, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    framed = cv2.copyMakeBorder(large, *[margin] * 4, cv2.BORDER_CONSTANT, value=0)
    return (230 - framed * 0.75).astype(np.uint8)


def page(digits: dict[int, np.ndarray], lines: list[str], pitch: int = 26) -> np.ndarray:
    """Lines of digits, dark on light; a space in a line is a gap of two digits."""
    rows = []
    width = max(map(len, lines)) * pitch + 40
    for line in lines:
        row = np.zeros((44, width), np.uint8)
        for index, character in enumerate(line):
            if character != " ":
                at = 20 + index * pitch
                place = row[8:36, at : at + 28]
                np.maximum(place, digits[int(character)], out=place)
        rows.append(row)
    ink = np.vstack([np.zeros((20, width), np.uint8), *rows, np.zeros((20, width), np.uint8)])
    ink = cv2.resize(ink, None, fx=2.5, fy=2.5, interpolation=cv2.INTER_CUBIC)
    return (235 - ink * 0.7).astype(np.uint8)


def strokes_of(mask: np.ndarray) -> Strokes:
    """All ink of `mask` as one stroke."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    box = (columns[0], rows[0], columns[-1] - columns[0] + 1, rows[-1] - rows[0] + 1)
    stroke = Stroke(tuple(map(int, box)), int(mask.sum()), (1,))
    return Strokes(mask.astype(np.float32), mask.astype(np.int32), [stroke])


def rings(*centres: int, radius: int = 16) -> np.ndarray:
    """Rings of ink, 4 pixels thick."""
    rows, columns = np.mgrid[:60, :160]
    mask = np.zeros((60, 160), bool)
    for centre in centres:
        distance = np.hypot(rows - 30, columns - centre)
        mask |= abs(distance - radius) < 2
    return mask

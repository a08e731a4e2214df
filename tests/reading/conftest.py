"""Pictures of digits, from the embedded sample's test part."""

import cv2
import numpy as np
import pytest

from digitnet.reading import Reader
from digitnet.reading.finder import Marks


@pytest.fixture(scope="session")
def reader() -> Reader:
    return Reader(threads=1)


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


def marks(*rows: tuple[float, ...], turn: int = 0) -> Marks:
    """Marks, one a row: score, middle x, y, width, height, class, and level where it matters."""
    table = np.array([(*row, 0)[:7] for row in rows], np.float32).reshape(-1, 7)
    classes = np.full((len(table), 11), np.log(0.001), np.float32)
    classes[np.arange(len(table)), table[:, 5].astype(int)] = np.log(0.99)
    turns = np.full((len(table), 4), np.log(0.01), np.float32)
    turns[:, turn] = np.log(0.97)
    return Marks(table[:, 0], table[:, 1:5], classes, turns, table[:, 6].astype(np.int64))

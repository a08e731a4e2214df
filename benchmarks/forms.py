"""Digits in printed forms: a box for each, a comb, a ruled table of small numbers."""

import math

import cv2
import numpy as np
from compose import drawn, pen_width
from numpy.random import Generator
from numpy.typing import NDArray
from photograph import Ink, Picture, log_uniform, photographed


def form(
    random: Generator, images: NDArray[np.uint8], labels: NDArray[np.integer]
) -> tuple[Picture, list[str]]:
    """A photograph of a form that was filled in; and its lines.

    images: uint8 [N, 28, 28] with labels [N]; the digits are drawn from them.
    """
    rows, columns, each = _layout(random)
    height = log_uniform(random, 22, 90)
    height = min(height, 1800 / (columns * (each + 0.6)))
    pen = pen_width(random, height)
    cell = np.array([random.uniform(1.35, 2.0), each * random.uniform(0.95, 1.2) + 0.5]) * height
    down, across = (max(8, round(float(side))) for side in cell)
    apart = round(random.choice([0, 0, 0.25]) * across) if each == 1 else 0
    between = round(random.uniform(0.3, 1.2) * height) if each == 1 else 0
    pitch = (down + between, across + apart)
    border = round(random.uniform(0.6, 2.5) * height)
    shape = (rows * pitch[0] + 2 * border, columns * pitch[1] + 2 * border)
    ink, printed = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    thick = max(1, round(random.uniform(0.015, 0.06) * height))
    comb = each == 1 and not apart and random.random() < 0.3
    answer = []
    for row in range(rows):
        text = ""
        for column in range(columns):
            corner = (border + row * pitch[0], border + column * pitch[1])
            _box(printed, corner, (down, across), thick, comb)
            chosen = random.integers(len(images), size=int(random.integers(1, each + 1)))
            sizes = height / 20 * random.uniform(0.85, 1.15, len(chosen))
            glyphs = [drawn(images[i], size, pen) for i, size in zip(chosen, sizes, strict=True)]
            _written(random, ink, corner, (down, across), glyphs)
            text += "".join(str(labels[index]) for index in chosen)
        answer.append(text)
    slant = random.uniform(-4, 4)
    both = _turned_together(ink, printed, slant)
    return photographed(random, both[0], height, rules=0.0, printed=both[1]), answer


def _layout(random: Generator) -> tuple[int, int, int]:
    """Rows, columns, and digits a cell at most."""
    if random.random() < 0.5:
        return int(random.integers(1, 5)), int(random.integers(4, 12)), 1
    return int(random.integers(2, 9)), int(random.integers(2, 6)), int(random.integers(2, 4))


def _box(
    printed: Ink, corner: tuple[int, int], size: tuple[int, int], thick: int, comb: bool
) -> None:
    """A frame round a cell; of a comb only its lower half."""
    (top, left), (down, across) = corner, size
    upper = top + down // 2 if comb else top
    ends = [(left, upper), (left, top + down), (left + across, top + down), (left + across, upper)]
    cv2.polylines(printed, [np.array(ends)], not comb, 1.0, thick)


def _written(
    random: Generator, ink: Ink, corner: tuple[int, int], size: tuple[int, int], glyphs: list[Ink]
) -> None:
    """Digits side by side about the middle of a cell, some over its edge."""
    gap = random.uniform(0.02, 0.15) * size[0]
    width = sum(glyph.shape[1] for glyph in glyphs) + gap * (len(glyphs) - 1)
    spare = max(0.0, size[1] - width)
    left = corner[1] + (size[1] - width) / 2 + random.uniform(-0.35, 0.35) * spare
    for glyph in glyphs:
        free = size[0] - glyph.shape[0]
        top = corner[0] + free / 2 + random.uniform(-0.45, 0.45) * max(free, 0.1 * size[0])
        row, column = max(0, round(top)), max(0, round(left))
        place = ink[row : row + glyph.shape[0], column : column + glyph.shape[1]]
        np.maximum(place, glyph[: place.shape[0], : place.shape[1]], out=place)
        left += glyph.shape[1] + gap


def _turned_together(ink: Ink, printed: Ink, degrees: float) -> tuple[Ink, Ink]:
    """Both about their middle, in a larger picture that holds all of them."""
    side = (np.array(ink.shape) * (1 + abs(math.sin(math.radians(degrees))))).astype(int) + 4
    matrix = cv2.getRotationMatrix2D((ink.shape[1] / 2, ink.shape[0] / 2), degrees, 1)
    matrix[:, 2] += (side[::-1] - ink.shape[::-1]) / 2
    size = tuple(side[::-1].tolist())
    return cv2.warpAffine(ink, matrix, size), cv2.warpAffine(printed, matrix, size)

"""Plain pages of digits in rows: what a person's few digits are learned and measured on."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from digitnet.training.pages.strokes import INKED, Ink

COLUMNS = 8
_HEIGHTS = (20.0, 44.0)  # pixels of a digit: as the finder knows them well
_PITCH = 1.5, 1.7  # heights from one digit, and one row, to the next
_FLAT = 0.45  # a digit lower than this share of its width is sized by its width

# How a person writes the same digit otherwise: deviations.
_SIZE, _TURN, _SLANT, _SHIFT = 0.08, 0.05, 0.1, 0.06


@dataclass(frozen=True, eq=False)
class Page:
    """grey: uint8 [H, W]. boxes: float32 [N, 4], middle x, y, width, height of each digit, in
    the order in which they were given, row by row."""

    grey: NDArray[np.uint8]
    boxes: NDArray[np.float32]


def write_rows(rng: Generator, inks: Sequence[Ink], *, changed: bool = True) -> Page:
    """A page with these digits in rows of COLUMNS, dark on light or light on dark.

    inks: uint8 [H, W] each, 255 where inked, cut tight. changed: each a little larger or
    smaller, turned and slanted, as the same hand may write it.
    """
    height = float(np.exp(rng.uniform(*np.log(_HEIGHTS))))
    across, down = (pitch * height for pitch in _PITCH)
    rows = -(-len(inks) // COLUMNS)
    page = np.zeros((round((rows + 1) * down), round((COLUMNS + 1) * across)), np.float32)
    boxes = []
    for index, ink in enumerate(inks):
        row, column = divmod(index, COLUMNS)
        middle = np.array([(column + 1) * across, (row + 1) * down])
        own = _own_matrix(rng) if changed else np.eye(2)
        if changed:
            middle += rng.normal(0, _SHIFT * height, 2)
        boxes.append(
            _put(page, ink, own * (height / max(ink.shape[0], _FLAT * ink.shape[1])), middle)
        )
    paper, contrast = rng.uniform(190, 245), rng.uniform(70, 170)
    grey = paper - contrast * cv2.GaussianBlur(page, (0, 0), rng.uniform(0.4, 0.03 * height + 0.4))
    grey += rng.uniform(0, 4) * rng.standard_normal(page.shape, np.float32)
    if changed and rng.random() < 0.3:
        grey = 255 - grey
    return Page(np.clip(grey, 0, 255).astype(np.uint8), np.array(boxes, np.float32).reshape(-1, 4))


def _own_matrix(rng: Generator) -> NDArray[np.float64]:
    angle, slant = rng.normal(0, _TURN), rng.normal(0, _SLANT)
    sizes = np.exp(rng.normal(0, _SIZE, 2))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix: NDArray[np.float64] = turn @ np.array([[1, -slant], [0, 1]]) @ np.diag(sizes)
    return matrix


def _put(
    page: NDArray[np.float32],
    ink: Ink,
    matrix: NDArray[np.float64],
    middle: NDArray[np.float64],
) -> tuple[float, float, float, float]:
    """Draw a digit around `middle`; returns its box there."""
    rows, columns = ink.shape
    shift = middle - matrix @ ((columns - 1) / 2, (rows - 1) / 2)
    # What is made much smaller is made smaller first, or thin strokes fall between pixels.
    shrink = min(1.0, 2 * float(np.abs(np.linalg.det(matrix))) ** 0.5)
    if shrink < 1:
        ink = cv2.resize(ink, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    scale = np.array([columns / ink.shape[1], rows / ink.shape[0]])
    move = np.concatenate([matrix * scale, shift[:, None]], axis=1)
    drawn = cv2.warpAffine(ink, move, page.shape[::-1], flags=cv2.INTER_LINEAR)
    np.maximum(page, drawn.astype(np.float32) / 255, out=page)
    x, y, width, height = cv2.boundingRect((drawn > INKED).astype(np.uint8))
    return x + width / 2, y + height / 2, width, height

"""One tile's ink, and what of it is a mark."""

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

FINE = 2  # pixels of the sheet to one of the tile: ink is drawn finer and then shrunk

Array = NDArray[np.float32]


@dataclass(eq=False)
class Sheet:
    """What is written, before there is paper under it.

    side: pixels of the sheet. ink: float32 [side, side], 0 none to 1 full.
    marks: (x, y of the middle, width, height, class), in pixels of the sheet.
    vague: (left, top, right, bottom): words, print, scribbles, where no single mark is told.
    see_through: ink over ink is darker, as a marker's; else the darker of the two stays.
    """

    side: int
    see_through: bool = False
    ink: Array = field(init=False)
    marks: list[tuple[float, float, float, float, int]] = field(default_factory=list)
    vague: list[tuple[float, float, float, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ink = np.zeros((self.side, self.side), np.float32)

    def put(
        self, ink: NDArray[np.uint8], x: float, y: float, matrix: NDArray[np.float64], depth: float
    ) -> tuple[float, float, float, float] | None:
        """Write `ink` with its middle at x, y; returns its tight box, None where it is outside.

        ink: uint8 [h, w], tight; matrix: float [2, 2], its pixels to the sheet's, about its
        middle; depth: its strength, 0 to 1. The box: middle x and y, width, height.
        """
        height, width = ink.shape
        corners = np.array([[-width, -height], [width, -height]]) / 2 @ matrix.T
        half = np.abs(corners).max(0) + 2
        left, top = int(x - half[0]), int(y - half[1])
        across, down = int(2 * half[0]) + 2, int(2 * half[1]) + 2
        if left + across <= 0 or top + down <= 0 or left >= self.side or top >= self.side:
            return None
        if across > 2 * self.side or down > 2 * self.side:
            return None
        move = np.zeros((2, 3))
        move[:, :2] = matrix
        move[:, 2] = (x - left, y - top) - matrix @ (width / 2, height / 2)
        scale = float(np.sqrt(abs(np.linalg.det(matrix))))
        if scale < 0.6:  # shrunk by area first, else thin strokes break
            small = (max(1, round(width * scale * 1.2)), max(1, round(height * scale * 1.2)))
            shrunk = cv2.resize(ink, small, interpolation=cv2.INTER_AREA)
            grow = np.diag([width / small[0], height / small[1]])
            move[:, :2] = matrix @ grow
            ink = shrunk
        patch = cv2.warpAffine(ink, move, (across, down)).astype(np.float32) / 255
        box_x, box_y, box_width, box_height = cv2.boundingRect((patch > 0.3).astype(np.uint8))
        if box_width == 0:
            return None
        skip_x, skip_y = max(0, -left), max(0, -top)
        seen = patch[skip_y : self.side - top, skip_x : self.side - left] * depth
        place = self.ink[top + skip_y : top + down, left + skip_x : left + across]
        if self.see_through:
            place += (1 - place) * seen
        else:
            np.maximum(place, seen, out=place)
        return left + box_x + box_width / 2, top + box_y + box_height / 2, box_width, box_height

    def mark(self, box: tuple[float, float, float, float] | None, label: int) -> None:
        if box is not None:
            self.marks.append((*box, label))

    def mark_vague(self, box: tuple[float, float, float, float] | None) -> None:
        if box is not None:
            x, y, width, height = box
            self.vague.append((x - width / 2, y - height / 2, x + width / 2, y + height / 2))

    def is_free(self, x: float, y: float, width: float, height: float) -> bool:
        """Whether a box about x, y touches no mark."""
        return not any(
            abs(x - mark[0]) < (width + mark[2]) / 2 and abs(y - mark[1]) < (height + mark[3]) / 2
            for mark in self.marks
        )

    def tile_marks(self) -> Array:
        """float32 [K, 6]: middle, width, height in the tile's pixels, class, 0 hidden."""
        rows = [[*(value / FINE for value in m[:4]), m[4], 0] for m in self.marks]
        return np.array(rows, np.float32).reshape(-1, 6)

    def tile_vague(self) -> Array:
        """float32 [V, 4], in the tile's pixels."""
        return np.array(self.vague, np.float32).reshape(-1, 4) / np.float32(FINE)

"""What the finder should answer for a tile: a value for each cell of its maps."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

STRIDE = 4  # pixels a cell
SIDE = 24.0  # pixels: the size whose logarithm the network gives
NO_DIGIT = 10

# A mark of which less than this is seen is none of which the network must know.
SEEN = 0.8
# Below this share it is as good as hidden: nothing is there.
HIDDEN = 0.1
# Cells around a middle learn class and box down to this value of its bell.
NEAR = 0.2

Array = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Targets:
    """One tile's, n = side / 4 cells a side.

    heat: float32 [n, n], 1 in the cell of a mark's middle, falling off around it.
    heat_weight: float32 [n, n], 0 where nothing is asked of it.
    classes: int64 [n, n], 0 to 10, -1 where none is asked.
    boxes: float32 [4, n, n]: middle x and y, cells; log width and height over 24 pixels.
    turn: quarter turns of the tile, 0 to 3.
    """

    heat: Array
    heat_weight: Array
    classes: NDArray[np.int64]
    boxes: Array
    turn: int


def make_targets(marks: Array, vague: Array, side: int, turn: int = 0) -> Targets:
    """marks: float32 [K, 6]: middle x and y, width, height (pixels), class, share hidden.

    vague: float32 [V, 4], boxes (left, top, right, bottom) of words, scribbles, print: whether
    a middle is found there is not asked, but it is no digit. In a turned tile no class is asked.
    """
    cells = side // STRIDE
    heat = np.zeros((cells, cells), np.float32)
    weight = np.ones((cells, cells), np.float32)
    classes = np.full((cells, cells), -1, np.int64)
    boxes = np.zeros((4, cells, cells), np.float32)
    best = np.zeros((cells, cells), np.float32)
    for left, top, right, bottom in vague:
        part = _cells(left, top, right, bottom)
        weight[part] = 0
        classes[part] = NO_DIGIT
    seen = [_share_seen(mark, side) for mark in marks]
    for mark, share in zip(marks, seen, strict=True):
        if HIDDEN <= share < SEEN + 0.1:  # partly seen: neither there nor not there
            x, y, width, height = mark[:4]
            part = _cells(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
            weight[part] = 0
    rows, columns = np.mgrid[:cells, :cells].astype(np.float32)
    for mark, share in zip(marks, seen, strict=True):
        if share < SEEN:
            continue
        x, y, width, height, label, _ = mark
        middle_x, middle_y = x / STRIDE - 0.5, y / STRIDE - 0.5
        column, row = round(float(middle_x)), round(float(middle_y))
        if not (0 <= column < cells and 0 <= row < cells):
            continue
        # Narrow bells for narrow marks, so that neighbours that touch stay two.
        spread_x, spread_y = max(0.55, 0.1 * width / STRIDE), max(0.6, 0.1 * height / STRIDE)
        window = np.s_[max(0, row - 4) : row + 5, max(0, column - 4) : column + 5]
        across, down = columns[window], rows[window]
        bell = np.exp(
            -((across - column) ** 2) / (2 * spread_x**2) - (down - row) ** 2 / (2 * spread_y**2)
        )
        np.maximum(heat[window], bell, out=heat[window])
        weight[row, column] = 1
        mine = (bell > NEAR) & (bell > best[window])
        best[window][mine] = bell[mine]
        classes[window][mine] = int(label)
        for index, value in enumerate(
            (
                middle_x - across,
                middle_y - down,
                math.log(max(width, 2) / SIDE),
                math.log(max(height, 2) / SIDE),
            )
        ):
            boxes[index][window][mine] = value if np.isscalar(value) else value[mine]
    if turn:
        classes[:] = -1
    return Targets(heat, weight, classes, boxes, turn)


def _cells(left: float, top: float, right: float, bottom: float) -> tuple[slice, slice]:
    """The cells that a box touches."""

    def span(low: float, high: float) -> slice:
        return slice(max(0, math.floor(low / STRIDE)), max(0, math.ceil(high / STRIDE)))

    return span(top, bottom), span(left, right)


def _share_seen(mark: Array, side: int) -> float:
    """Which share of a mark's box is on the tile and not covered."""
    x, y, width, height, _, hidden = mark
    across = min(side, x + width / 2) - max(0, x - width / 2)
    down = min(side, y + height / 2) - max(0, y - height / 2)
    return float(max(0, across) * max(0, down) / (width * height) * (1 - hidden))

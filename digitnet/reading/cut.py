"""A wide stroke -> the parts that digits which touch may be made of.

Cuts run from top to bottom wherever little ink is in the way. Where two digits meet they
share ink, so what lies around a cut belongs to the parts on both sides of it: a 6 that
leans on a 5 keeps its loop closed.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.reading.normalise import stroke_width
from digitnet.reading.strokes import Stroke, Strokes, among

# Shares of the height of a line's digits.
_STEP = 0.02  # a cut is sought in every so many columns
_MOST_CROSSED = 0.5  # ink that a cut may go through
# Shares of that height's square.
_LEAST_SIDE = 0.02  # ink on either side of a cut
_LEAST_BETWEEN = 0.01  # ink between two cuts
_LEAST_PART = 4  # pixels that a part has to itself; fewer are where paths cross each other
# Share of the pen's width: how far from a cut ink belongs to both sides.
_SHARED = 0.6

# Larger digits are cut at this height, pixels: no cut is finer, and many times faster.
_HEIGHT = 64

# In these parts of the stroke's height cuts are sought; they bend from there as they like.
_LEVELS = (0.25, 0.5, 0.75)

Path = NDArray[np.intp]  # [rows]: the column in each row


@dataclass(frozen=True)
class Piece:
    """stroke: a part of one that was cut. start: the column of the cut to its left, pixels."""

    stroke: Stroke
    start: float


def cut_apart(strokes: Strokes, stroke: Stroke, height: float, cuts: int = 30) -> list[Piece]:
    """Cut a wide stroke wherever little ink is in the way.

    The parts get labels of their own in `strokes`. height: of the line's digits, pixels.
    cuts: how many at most in a stroke that is as wide as that; the cheapest are taken.
    Returns the parts from left to right; the stroke itself where no cut offers itself.
    """
    x, y, width, full = stroke.box
    labels = strokes.labels[y : y + full, x : x + width]
    ink = among(labels, stroke.labels)
    paths = _paths(ink, height, cuts)
    if not paths:
        return [Piece(stroke, -math.inf)]
    side = np.zeros(ink.shape, np.int16)
    for path in paths:
        side += np.arange(width) >= path[:, None]
    # Paper around it: a stroke that fills its box has a depth, too.
    filled = np.pad(ink, 1).astype(np.uint8)
    reach = _SHARED * stroke_width(filled, cv2.distanceTransform(filled, cv2.DIST_L2, 3))
    shared_left, shared_right = np.zeros_like(ink), np.zeros_like(ink)  # with that neighbour
    for number, path in enumerate(paths):
        window = np.s_[:, max(0, path.min() - int(reach) - 1) : path.max() + int(reach) + 2]
        seam = _near(path - (window[1].start or 0), ink[window], reach)
        shared_right[window] |= seam & (side[window] == number)
        shared_left[window] |= seam & (side[window] == number + 1)
    # Every pixel's label tells its side and with whom it is shared.
    first = int(strokes.labels.max()) + 1
    own = 4 * side[ink] + 2 * shared_right[ink] + shared_left[ink]
    labels[ink] = first + own
    # Others are not this stroke's: the next that is cut will have them.
    used = set(np.unique(labels[ink]).tolist())
    parts: list[Piece] = []
    for number in range(len(paths) + 1):
        mine = tuple(first + 4 * number + kind for kind in range(4))
        from_left = tuple(first + 4 * (number - 1) + kind for kind in (2, 3) if number > 0)
        from_right = tuple(first + 4 * (number + 1) + kind for kind in (1, 3))
        if np.count_nonzero(ink & (side == number)) < _LEAST_PART:
            continue
        whose = tuple(label for label in mine + from_left + from_right if label in used)
        part = among(labels, whose)
        left, top, columns, rows = cv2.boundingRect(part.astype(np.uint8))
        box = (x + left, y + top, columns, rows)
        start = x + float(paths[number - 1].mean()) if parts else -math.inf
        parts.append(Piece(Stroke(box, int(np.count_nonzero(part)), whose), start))
    if not parts:  # a few pixels, cut between all of them
        every = tuple(np.unique(labels[ink]).tolist())
        return [Piece(Stroke(stroke.box, stroke.area, every), -math.inf)]
    return parts


def _paths(ink: NDArray[np.bool_], height: float, cuts: int) -> list[Path]:
    """The cheapest paths, sought in a smaller copy where the ink is large."""
    scale = _HEIGHT / height
    if scale >= 1:
        return cheapest_paths(ink, height, cuts)
    size = [max(1, round(side * scale)) for side in ink.shape[::-1]]
    small = cv2.resize(ink.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.5
    at = (np.arange(ink.shape[0]) + 0.5) * size[1] / ink.shape[0] - 0.5  # rows of the copy
    widen = ink.shape[1] / size[0]
    paths = [
        np.rint((np.interp(at, np.arange(size[1]), path) + 0.5) * widen - 0.5).astype(np.intp)
        for path in cheapest_paths(small, _HEIGHT, cuts)
    ]
    return [np.clip(path, 0, ink.shape[1] - 1) for path in paths]


def _near(path: Path, ink: NDArray[np.bool_], reach: float) -> NDArray[np.bool_]:
    """The ink within `reach` pixels of where a path crosses ink."""
    rows = np.flatnonzero(ink[np.arange(len(path)), path])
    away = np.ones(ink.shape, np.uint8)
    away[rows, path[rows]] = 0
    return (cv2.distanceTransform(away, cv2.DIST_L2, 3) <= reach) & ink


def cheapest_paths(ink: NDArray[np.bool_], height: float, cuts: int = 30) -> list[Path]:
    """Paths from top to bottom through little ink, from left to right; none cross.

    ink: [rows, columns]. height: of the line's digits, pixels.
    """
    rows, columns = ink.shape
    found = _candidates(ink, max(1, round(_STEP * height)))
    every_row = np.arange(rows)
    crossed = ink[every_row, found].sum(axis=1)
    to_left = np.concatenate([np.zeros((rows, 1), np.int64), np.cumsum(ink, axis=1)], axis=1)
    ink_left = to_left[every_row, found]  # [paths, rows]
    side = ink_left.sum(axis=1)
    least = _LEAST_SIDE * height**2
    enough = (side >= least) & (np.count_nonzero(ink) - side >= least)
    apart = max(_LEAST_BETWEEN * height**2, 0.5 * height)
    most = round(cuts * columns / height)
    kept: list[int] = []
    for index in np.argsort(crossed, kind="stable"):
        if not enough[index] or not 0 < crossed[index] <= _MOST_CROSSED * height:
            continue
        between = np.abs(ink_left[kept] - ink_left[index]).sum(axis=1)
        if (between > apart).all():
            kept.append(int(index))
        if len(kept) >= most:
            break
    # Two that cross are as good where they change sides.
    return list(np.sort(found[kept], axis=0))


def _candidates(ink: NDArray[np.bool_], step: int) -> NDArray[np.intp]:
    """[paths, rows]: the cheapest path through each `step` columns of each level."""
    rows, columns = ink.shape
    cost = np.where(ink, np.float32(1.01), np.float32(0.01))
    down, back_up = _sweep(cost)
    up, back_down = (swept[::-1] for swept in _sweep(cost[::-1]))
    through = down + up - cost
    levels = sorted({min(rows - 1, int(level * rows)) for level in _LEVELS})
    paths = []
    for level in levels:
        starts = [
            left + int(through[level, left : left + step].argmin())
            for left in range(0, columns, step)
        ]
        path = np.empty((len(starts), rows), np.intp)
        path[:, level] = starts
        for row in range(level, 0, -1):
            path[:, row - 1] = path[:, row] + back_up[row, path[:, row]]
        for row in range(level, rows - 1):
            path[:, row + 1] = path[:, row] + back_down[row, path[:, row]]
        paths.append(path)
    return np.concatenate(paths)


def _sweep(cost: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.int8]]:
    """What the cheapest path from the first row to every pixel costs, and its last step.

    Returns float32 and int8 [rows, columns]; a step is -1, 0 or 1 column to the row before.
    """
    rows, columns = cost.shape
    total, step = cost.copy(), np.zeros(cost.shape, np.int8)
    before = np.full(columns + 2, np.inf, np.float32)
    aside = np.float32(0.02)  # straight on, where all else is equal
    every_column = np.arange(columns)
    for row in range(1, rows):
        before[1:-1] = total[row - 1]
        ways = np.stack([before[:-2] + aside, before[1:-1], before[2:] + aside])
        best = ways.argmin(axis=0)
        step[row] = best - 1
        total[row] += ways[best, every_column]
    return total, step

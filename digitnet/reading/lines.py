"""Marks -> lines of writing in reading order, groups in a line, and which way up the page is."""

import math

import numpy as np
from numpy.typing import NDArray

from digitnet.reading.finder import Marks
from digitnet.reading.ranks import median

# Lines are found on pages that are turned by up to this, and a bit more.
_MOST_SKEW = math.radians(20)
_SAME_LINE = 0.35  # of the lesser height, that a mark has in common with its line
_ODD = math.log(1.6)  # times higher or lower than usual on the page: such marks are placed last
_NEAR = 4.0  # of its own heights, that such a mark may stand from its line
_APART = 0.75  # heights between the middles of two lines: fewer, and they are one
_WIDE_GAP = 2.5  # median gaps: between groups
_COLUMN = 2.0  # heights: a gap between columns, however few digits the line has

# Nats by which the marks together must say that the page is turned: one in 400 is wrong.
_TURNED = 6.0


def quarter_turns(marks: Marks) -> int:
    """By how many quarters, counter-clockwise, the page was turned: 0 to 3.

    One digit says nothing, a 6 may be a 9; the marks of a page together decide.
    """
    if len(marks) < 2:
        return 0
    support = (marks.turns * marks.scores[:, None]).sum(axis=0)
    best = int(support.argmax())
    return best if support[best] - support[0] > _TURNED else 0


def find_lines(boxes: NDArray[np.float32]) -> list[list[int]]:
    """The lines of a page from top to bottom, each the indices of its marks from left to right.

    boxes: float32 [N, 4], middle x, y, width, height.
    """
    if not len(boxes):
        return []
    angle = skew(boxes)
    x, y, height = boxes[:, 0], boxes[:, 1], boxes[:, 3]
    along = x * math.cos(angle) + y * math.sin(angle)
    across = y * math.cos(angle) - x * math.sin(angle)
    ends = np.stack([across - height / 2, across + height / 2], axis=1)  # top and bottom
    # The page's usual marks first; a far smaller or larger one then joins the line it stands in.
    odd = np.abs(np.log(height / median(height))) > _ODD
    order = np.lexsort((along, odd)).tolist()
    rows: list[list[int]] = []
    row_of = np.full(len(boxes), -1)
    last = np.empty((0, 2))  # of each row, where its last marks end
    for mark in order:
        if odd[mark]:
            near = np.abs(along - along[mark]) < _NEAR * height[mark]
            placed = np.flatnonzero((row_of >= 0) & near & (_common(ends, ends[mark]) > _SAME_LINE))
            row = (
                row_of[placed[np.abs(along[placed] - along[mark]).argmin()]] if len(placed) else -1
            )
        else:
            common = _common(last, ends[mark])
            row = int(common.argmax()) if len(common) and common.max() > _SAME_LINE else -1
        if row < 0:
            row = len(rows)
            rows.append([])
            last = np.append(last, ends[mark][None], axis=0)
        rows[row].append(mark)
        row_of[mark] = row
        if not odd[mark]:
            last[row] = ends[rows[row][-3:]].mean(axis=0)
    rows.sort(key=lambda row: float(across[row].mean()))
    rows = _joined(rows, along, across, boxes)
    return [sorted(row, key=lambda mark: float(along[mark])) for row in rows]


def _joined(
    rows: list[list[int]],
    along: NDArray[np.floating],
    across: NDArray[np.floating],
    boxes: NDArray[np.float32],
) -> list[list[int]]:
    """The rows, from top to bottom, those joined that are one line written up and down.

    As in the boxes of a form: hardly apart, and no mark of one above a mark of the other.
    """
    joined: list[list[int]] = []
    for row in rows:
        above = joined[-1] if joined else []
        if above:
            apart = float(across[row].mean() - across[above].mean())
            side_by_side = np.abs(along[above][:, None] - along[row]) > 0.5 * (
                boxes[above, 2][:, None] + boxes[row, 2]
            )
            if side_by_side.all() and apart < _APART * float(boxes[above + row, 3].mean()):
                joined[-1] = above + row
                continue
        joined.append(row)
    return joined


def skew(boxes: NDArray[np.float32]) -> float:
    """The angle of the lines to the horizontal, radians: the median over next neighbours."""
    angles = []
    for x, y, _, height in boxes.tolist():
        dx, dy = boxes[:, 0] - x, boxes[:, 1] - y
        near = (dx > 0) & (dx < 5 * height)
        near &= np.abs(dy) < math.tan(_MOST_SKEW) * dx + 0.3 * height
        if near.any():
            neighbour = int(np.where(near, dx + 2 * np.abs(dy), np.inf).argmin())
            angles.append(math.atan2(dy[neighbour], dx[neighbour]))
    if len(angles) < 3:
        return 0.0
    angle = median(angles)
    return angle if abs(angle) <= _MOST_SKEW * 1.2 else 0.0


def spaces(boxes: NDArray[np.float32]) -> frozenset[int]:
    """Before which marks of a line a gap stands that is far wider than the others, or wide.

    People leave gaps of any width within a number: narrower limits cut real ones in pieces.
    boxes: float32 [N, 4], from left to right.
    """
    if len(boxes) < 2:
        return frozenset()
    left, right = boxes[:, 0] - boxes[:, 2] / 2, boxes[:, 0] + boxes[:, 2] / 2
    gaps = left[1:] - right[:-1]
    height = median(boxes[:, 3])
    wide = min(_COLUMN * height, max(height, _WIDE_GAP * median(gaps)))
    return frozenset((np.flatnonzero(gaps > wide) + 1).tolist())


def _common(some: NDArray[np.floating], one: NDArray[np.floating]) -> NDArray[np.floating]:
    """Of each of some, top and bottom [N, 2], the share of the lesser height in common with one."""
    common = np.minimum(some[:, 1], one[1]) - np.maximum(some[:, 0], one[0])
    return common / np.maximum(np.minimum(some[:, 1] - some[:, 0], one[1] - one[0]), 1e-3)

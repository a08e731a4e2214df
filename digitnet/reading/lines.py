"""Strokes -> lines of writing, in reading order, also on a page that is turned by some degrees."""

import math
from collections.abc import Collection
from dataclasses import dataclass
from heapq import nsmallest

import numpy as np

from digitnet.reading.strokes import Stroke

# Pages are read when turned by up to this many degrees, and a bit more.
_MOST_SKEW = math.radians(20)


@dataclass(frozen=True)
class Line:
    """Strokes of one line, from left to right, and the height of its digits in pixels."""

    strokes: list[Stroke]
    height: float


@dataclass(frozen=True, eq=False)
class _Placed:
    """A stroke, and its centre along and across the lines, pixels."""

    stroke: Stroke
    along: float
    across: float

    @property
    def ends(self) -> tuple[float, float]:
        """Its top and bottom, across the lines."""
        half = self.stroke.height / 2
        return self.across - half, self.across + half


def find_lines(
    strokes: list[Stroke], digit_height: float, digits: Collection[Stroke] = ()
) -> list[Line]:
    """Sort strokes into lines.

    digit_height: of a typical digit, pixels. digits: strokes that pass for one by themselves.
    Strokes far smaller join a line only where they stand close to a larger one, or are a digit,
    as some hands' zeros; others are dropped as specks.
    """
    passing = set(digits)
    least = [(0.2 if s in passing else 0.35) * digit_height for s in strokes]
    sized = list(zip(strokes, least, strict=True))
    large = [s for s, low in sized if low <= s.height <= 3.5 * digit_height]
    small = [s for s, low in sized if s.height < low]
    angle = skew(large, digit_height)
    rows: list[list[_Placed]] = []
    # Whole digits first: the halves of a broken one overlap with them, not with each other.
    for one in sorted(
        (_placed(s, angle) for s in large),
        key=lambda one: (one.stroke.height < 0.6 * digit_height, one.along),
    ):
        overlaps = [_overlap(row, one) for row in rows]
        best = int(np.argmax(overlaps)) if overlaps else -1
        if best >= 0 and overlaps[best] > 0.35:
            rows[best].append(one)
        else:
            rows.append([one])
    for stroke in small:
        row = min(rows, key=lambda row: _nearest(row, stroke), default=None)
        if row is not None and _nearest(row, stroke) < 0.3 * digit_height:
            row.append(_placed(stroke, angle))
    rows.sort(key=lambda row: sum(one.across for one in row) / len(row))
    lines = []
    for row in rows:
        in_order = [one.stroke for one in sorted(row, key=lambda one: one.along)]
        high: list[float] = [s.height for s in in_order if s.height >= 0.35 * digit_height]
        height = float(np.median(high or [digit_height]))
        lines.append(Line(in_order, max(height, 0.6 * digit_height)))
    return lines


def skew(strokes: list[Stroke], digit_height: float) -> float:
    """The angle of the lines to the horizontal, radians: the median over next neighbours."""
    angles = []
    centres = np.array([stroke.centre for stroke in strokes]).reshape(-1, 2)
    for centre in centres:
        dx, dy = (centres - centre).T
        near = (dx > 0) & (dx < 5 * digit_height)
        near &= np.abs(dy) < math.tan(_MOST_SKEW) * dx + 0.3 * digit_height
        if near.any():
            next_one = int(np.where(near, dx + 2 * np.abs(dy), np.inf).argmin())
            angles.append(math.atan2(dy[next_one], dx[next_one]))
    if len(angles) < 3:
        return 0.0
    angle = float(np.median(angles))
    return angle if abs(angle) <= _MOST_SKEW * 1.2 else 0.0


def _placed(stroke: Stroke, angle: float) -> _Placed:
    x, y = stroke.centre
    cos, sin = math.cos(angle), math.sin(angle)
    return _Placed(stroke, x * cos + y * sin, y * cos - x * sin)


def _overlap(row: list[_Placed], one: _Placed) -> float:
    """Share of the lesser height that a stroke and the row's nearest strokes have in common."""
    near = nsmallest(3, row, key=lambda other: abs(other.along - one.along))
    top = sum(other.ends[0] for other in near) / len(near)
    bottom = sum(other.ends[1] for other in near) / len(near)
    own_top, own_bottom = one.ends
    common = min(bottom, own_bottom) - max(top, own_top)
    return common / max(1.0, min(bottom - top, one.stroke.height))


def _nearest(row: list[_Placed], stroke: Stroke) -> float:
    """Distance between boxes of the stroke and the closest of the row, pixels."""
    return min(
        math.hypot(
            max(0, other.left - stroke.right, stroke.left - other.right),
            max(0, other.top - stroke.bottom, stroke.top - other.bottom),
        )
        for other in (placed.stroke for placed in row)
    )

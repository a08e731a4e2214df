"""Strokes -> lines of writing, in reading order, also on a page that is turned by some degrees."""

import math
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from digitnet.reading.strokes import Stroke

# Pages are read when turned by up to this many degrees, and a bit more.
_MOST_SKEW = math.radians(20)


@dataclass(frozen=True)
class Line:
    """Strokes of one line, from left to right, and the height of its digits in pixels."""

    strokes: list[Stroke]
    height: float


def find_lines(
    strokes: list[Stroke], digit_height: float, digits: Collection[Stroke] = ()
) -> list[Line]:
    """Sort strokes into lines.

    digit_height: of a typical digit, pixels. digits: strokes that pass for one by themselves.
    Strokes far smaller join a line only where they stand close to a larger one, or are a digit,
    as some hands' zeros; others are dropped as specks.
    """
    least = [(0.2 if s in digits else 0.35) * digit_height for s in strokes]
    sized = list(zip(strokes, least, strict=True))
    large = [s for s, low in sized if low <= s.height <= 3.5 * digit_height]
    small = [s for s, low in sized if s.height < low]
    angle = skew([*large], digit_height)
    rows: list[list[Stroke]] = []
    # Whole digits first: the halves of a broken one overlap with them, not with each other.
    for stroke in sorted(large, key=lambda s: (s.height < 0.6 * digit_height, _along(s, angle))):
        overlaps = [_overlap(row, stroke, angle) for row in rows]
        best = int(np.argmax(overlaps)) if overlaps else -1
        if best >= 0 and overlaps[best] > 0.35:
            rows[best].append(stroke)
        else:
            rows.append([stroke])
    for stroke in small:
        row = min(rows, key=lambda row: _nearest(row, stroke), default=None)
        if row is not None and _nearest(row, stroke) < 0.3 * digit_height:
            row.append(stroke)
    rows.sort(key=lambda row: float(np.mean([_across(s, angle) for s in row])))
    lines = []
    for row in rows:
        row.sort(key=lambda s: _along(s, angle))
        high: list[float] = [s.height for s in row if s.height >= 0.35 * digit_height]
        height = float(np.median(high or [digit_height]))
        lines.append(Line(row, max(height, 0.6 * digit_height)))
    return lines


def skew(strokes: list[Stroke], digit_height: float) -> float:
    """The angle of the lines to the horizontal, radians: the median over next neighbours."""
    angles = []
    for stroke in strokes:
        x, y = stroke.centre
        to_right = [
            (other.centre[0] - x, other.centre[1] - y)
            for other in strokes
            if 0 < other.centre[0] - x < 5 * digit_height
            and abs(other.centre[1] - y)
            < math.tan(_MOST_SKEW) * (other.centre[0] - x) + 0.3 * digit_height
        ]
        if to_right:
            dx, dy = min(to_right, key=lambda d: d[0] + 2 * abs(d[1]))
            angles.append(math.atan2(dy, dx))
    if len(angles) < 3:
        return 0.0
    angle = float(np.median(angles))
    return angle if abs(angle) <= _MOST_SKEW * 1.2 else 0.0


def gap(left: Stroke, right: Stroke) -> float:
    """Paper between two neighbours of a line, pixels; negative where they overlap."""
    return right.left - left.right


def _along(stroke: Stroke, angle: float) -> float:
    x, y = stroke.centre
    return x * math.cos(angle) + y * math.sin(angle)


def _across(stroke: Stroke, angle: float) -> float:
    x, y = stroke.centre
    return y * math.cos(angle) - x * math.sin(angle)


def _overlap(row: list[Stroke], stroke: Stroke, angle: float) -> float:
    """Share of the lesser height that stroke and the row's nearest strokes have in common."""
    place = _along(stroke, angle)
    near = sorted(row, key=lambda s: abs(_along(s, angle) - place))[:3]
    top = float(np.mean([_across(s, angle) - s.height / 2 for s in near]))
    bottom = float(np.mean([_across(s, angle) + s.height / 2 for s in near]))
    own = _across(stroke, angle)
    own_top, own_bottom = own - stroke.height / 2, own + stroke.height / 2
    common = min(bottom, own_bottom) - max(top, own_top)
    return common / max(1.0, min(bottom - top, stroke.height))


def _nearest(row: list[Stroke], stroke: Stroke) -> float:
    """Distance between boxes of the stroke and the closest of the row, pixels."""
    return min(
        math.hypot(
            max(0, other.left - stroke.right, stroke.left - other.right),
            max(0, other.top - stroke.bottom, stroke.top - other.bottom),
        )
        for other in row
    )

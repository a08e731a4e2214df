"""A line of strokes -> its digits: the cuts and joins that the network finds likeliest.

Strokes that lie close may be parts of one digit, as a 5's bar; a wide stroke may be
several digits that touch, and is cut into more parts than there are digits. Then the
line is read as the sequence of runs of parts whose total score is highest; a digit that
stands by itself scores best uncut.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from digitnet.reading.cut import cut_apart
from digitnet.reading.lines import Line
from digitnet.reading.network import Scores
from digitnet.reading.strokes import Stroke, Strokes, join

# Costs in nats, as the scores: log of how surely a run of parts is a digit.
_PRIOR = 1.0  # most of the runs that are tried are no digit
_CUT = 1.0  # through ink
_JOIN = 1.0  # over paper, for a gap of a digit's height
_JOIN_FULL = 2.0  # of two strokes that are each as high as a digit and stand side by side
_SKIP = 12.0  # to leave out a part as high as a digit; by its square, a smaller one
_FEW_CUTS, _MANY_CUTS = 10, 30  # in a stroke as wide as a digit is high
_DOUBTFUL = -3.0  # a score of what was cut that asks for more cuts
_SURE = -0.1  # a stroke with a higher score is one digit, and is not cut
_MOST_CUT = 300  # of a picture: the sum of squared widths of strokes that are, in heights
_REFUSE = 8.0  # at most, for what is no digit at all: refused, it is still there

Read = Callable[[list[Stroke]], Scores]


@dataclass(frozen=True)
class _Part:
    """stroke: a piece of ink. cut: it was cut from the part before it. whole: as it was found."""

    stroke: Stroke
    cut: bool
    whole: Stroke


@dataclass(frozen=True)
class _Segmented:
    """digits: of one line. worst: the lowest score of what was cut. parts: all there were."""

    digits: list[Stroke]
    worst: float
    parts: list[_Part]


def segment(strokes: Strokes, lines: list[Line], read: Read) -> list[list[Stroke]]:
    """The digits of each line, as strokes from left to right.

    read: what the network says of strokes, in one batch.
    """
    found = _segmented(strokes, lines, _to_be_cut(lines, read), read, _FEW_CUTS)
    # Most touching digits come apart at few cuts. Where some part is no good digit, many
    # are tried, which takes several times as long.
    again = [number for number, line in enumerate(found) if line.worst < _DOUBTFUL]
    cut_before = [_as_found(found[number].parts) for number in again]
    wide = {part.whole.labels for number in again for part in found[number].parts if part.cut}
    finer = [
        Line(whole, lines[number].height) for number, whole in zip(again, cut_before, strict=True)
    ]
    for number, line in zip(again, _segmented(strokes, finer, wide, read, _MANY_CUTS), strict=True):
        found[number] = line
    return [line.digits for line in found]


def _as_found(parts: list[_Part]) -> list[Stroke]:
    """The strokes that parts were cut from, in order."""
    return [part.whole for part in parts if not part.cut]


def _segmented(
    strokes: Strokes, lines: list[Line], wide: set[tuple[int, ...]], read: Read, cuts: int
) -> list[_Segmented]:
    parts = [_parts(strokes, line, wide, cuts) for line in lines]
    runs = [_runs(line_parts, line.height) for line_parts, line in zip(parts, lines, strict=True)]
    joined = [join([p.stroke for p in line_parts[i:j]]) for line_parts, line_runs in
              zip(parts, runs, strict=True) for i, j in line_runs]  # fmt: skip
    scores = iter(_digit_scores(read(joined)))
    found = []
    for line, line_parts, line_runs in zip(lines, parts, runs, strict=True):
        scored = {run: float(next(scores)) for run in line_runs}
        best = _best_sequence(line_parts, scored, line.height)
        digits = [join([p.stroke for p in line_parts[i:j]]) for i, j in best]
        worst = min((scored[i, j] for i, j in best if _is_cut(line_parts, i, j)), default=0.0)
        found.append(_Segmented(digits, worst, line_parts))
    return found


def _is_cut(parts: list[_Part], first: int, end: int) -> bool:
    """The run is of a stroke that offered cuts, whether or not one was taken."""
    return any(p.cut for p in parts[first : end + 1])


def _digit_scores(scores: Scores) -> NDArray[np.float32]:
    """Log of how surely each is one digit, at most 0: evidence and certainty together."""
    certainty = np.log(np.maximum(scores.probabilities.max(axis=1), 1e-6))
    odds = np.clip(scores.evidence - _PRIOR, -30, 30)
    return certainty - np.log1p(np.exp(-odds))


def _to_be_cut(lines: list[Line], read: Read) -> set[tuple[int, ...]]:
    """The labels of strokes that may be several digits; fewest of a page's are."""
    wide = [
        (stroke, line.height)
        for line in lines
        for stroke in line.strokes
        # Two digits side by side are not far higher than wide.
        if stroke.width > max(0.5 * line.height, 0.4 * stroke.height, 8)
    ]
    scores = _digit_scores(read([stroke for stroke, _ in wide]))
    doubtful = [
        (stroke, height)
        for (stroke, height), score in zip(wide, scores, strict=True)
        if score < _SURE or stroke.width > 1.6 * height
    ]
    # A page with more than this is a texture, and would take minutes.
    doubtful.sort(key=lambda pair: pair[0].width / pair[1])
    room = np.cumsum([(stroke.width / height) ** 2 for stroke, height in doubtful])
    return {
        stroke.labels
        for (stroke, _), taken in zip(doubtful, room, strict=True)
        if taken < _MOST_CUT
    }


def _parts(strokes: Strokes, line: Line, wide: set[tuple[int, ...]], cuts: int) -> list[_Part]:
    parts = []
    for stroke in line.strokes:
        if stroke.labels in wide:
            cut = cut_apart(strokes, stroke, line.height, cuts)
            labels = tuple(sorted({label for piece in cut for label in piece.labels}))
            whole = Stroke(stroke.box, stroke.area, labels)  # its pieces have new labels
            parts += [_Part(piece, index > 0, whole) for index, piece in enumerate(cut)]
        else:
            parts.append(_Part(stroke, False, stroke))
    return parts


def _runs(parts: list[_Part], height: float) -> list[tuple[int, int]]:
    """Which neighbours may be one digit: (first, last + 1) of each run of parts."""
    runs = []
    for first in range(len(parts)):
        runs.append((first, first + 1))
        for end in range(first + 2, len(parts) + 1):
            run = parts[first:end]
            if not run[-1].cut and _gap(run[-2], run[-1]) > 0.3 * height:
                break
            width = max(p.stroke.right for p in run) - min(p.stroke.left for p in run)
            whole_stroke = not run[0].cut and (end == len(parts) or not parts[end].cut)
            # A stroke is always tried uncut, however wide; else nothing wider than a digit.
            if width <= 1.4 * height or (whole_stroke and all(p.cut for p in run[1:])):
                runs.append((first, end))
            elif not (run[0].whole.labels == run[-1].whole.labels and not run[0].cut):
                break
    return runs


def _gap(left: _Part, right: _Part) -> float:
    if right.cut:
        return 0.0
    a, b = left.whole, right.whole
    across = max(0, b.left - a.right)
    down = max(0, a.top - b.bottom, b.top - a.bottom)
    return math.hypot(across, down)


def _join_cost(left: _Part, right: _Part, height: float) -> float:
    if right.cut:
        return 0.0
    a, b = left.whole, right.whole
    shared = min(a.right, b.right) - max(a.left, b.left)
    side_by_side = shared < 0.5 * min(a.width, b.width)
    full = min(a.height, b.height) > 0.6 * height and side_by_side
    return _JOIN * _gap(left, right) / height + (_JOIN_FULL if full else 0.0)


def _best_sequence(
    parts: list[_Part], scored: dict[tuple[int, int], float], height: float
) -> list[tuple[int, int]]:
    """The runs of highest total score that cover the line, parts left out at a cost."""
    best: list[tuple[float, list[tuple[int, int]]]] = [(0.0, [])]
    for end in range(1, len(parts) + 1):
        skipped = parts[end - 1].stroke
        size = min(1.0, max(skipped.height, skipped.width) / height)
        before = best[end - 1]
        candidates = [(before[0] - _SKIP * size * size - 0.05, before[1])]
        for first in range(end):
            score = scored.get((first, end))
            if score is None:
                continue
            if parts[first].cut:
                score -= _CUT
            joins = sum(_join_cost(a, b, height) for a, b in pairwise(parts[first:end]))
            # However unlike a digit: a large stroke is refused, not overlooked.
            total = best[first][0] + max(float(score), -_REFUSE) - joins
            candidates.append((total, [*best[first][1], (first, end)]))
        best.append(max(candidates, key=lambda candidate: candidate[0]))
    return best[-1][1]

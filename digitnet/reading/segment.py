"""A line of strokes -> its digits: the cuts and joins that two networks find likeliest.

Strokes that lie close may be parts of one digit, as a 5's bar; a wide stroke may be
several digits that touch, and is cut into more parts than there are digits. One network
says of each run of parts which digit it is, another of the whole wide stroke which digit
stands in which columns. Then the line is read as the sequence of runs whose total score
is highest; a digit that stands by itself scores best uncut.
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
from digitnet.reading.touching import StripScores

# Costs in nats, as the scores: log of how surely a run of parts is a digit.
_PRIOR = 1.0  # most of the runs that are tried are no digit
_CUT = 1.0  # through ink
_JOIN = 1.0  # over paper, for a gap of a digit's height
_JOIN_FULL = 2.0  # of two strokes that are each as high as a digit and stand side by side
_SKIP = 12.0  # to leave out a part as high as a digit; by its square, a smaller one
_CUTS = 20  # in a stroke as wide as a digit is high
_SURE = -0.1  # a stroke with a higher score is one digit, and is not cut
_MOST_CUT = 300  # of a picture: the sum of squared widths of strokes that are, in heights
_HOPELESS = -2.0  # to the best by strips alone: what is worse is not looked at by itself
_REFUSE = 8.0  # at most, for what is no digit at all: refused, it is still there

# What the two networks say of a part of a wide stroke counts so much. The first sees it cut
# badly more often than not.
ALONE = 0.4
IN_STRIP = 1.0


@dataclass(frozen=True)
class Look:
    """The two networks. digits: of strokes, each as one digit; strips: each as several."""

    digits: Callable[[list[Stroke]], Scores]
    strips: Callable[[list[Stroke]], list[StripScores]]


@dataclass(frozen=True, eq=False)
class Found:
    """One digit of a line.

    stroke: its ink. in_strip: float32 [11], log-likelihood of each digit and of any other
    sign from the strip that it was cut from; zeros where it stood by itself.
    """

    stroke: Stroke
    in_strip: NDArray[np.float32]


def alone(stroke: Stroke) -> Found:
    """A digit that stands by itself."""
    return Found(stroke, np.zeros(11, np.float32))


@dataclass(frozen=True)
class _Part:
    """A piece of ink.

    cut: from the part before it. whole: the stroke as it was found. start, end: columns of
    the cuts around it. strip: what its whole stroke holds, where that was cut.
    """

    stroke: Stroke
    cut: bool
    whole: Stroke
    start: float = -math.inf
    end: float = math.inf
    strip: StripScores | None = None


def segment(strokes: Strokes, lines: list[Line], look: Look) -> list[list[Found]]:
    """The digits of each line, from left to right."""
    wide = _to_be_cut(lines, look)
    seen = look.strips(wide) if wide else []
    strips = {stroke.labels: strip for stroke, strip in zip(wide, seen, strict=True)}
    parts = [_parts(strokes, line, strips) for line in lines]
    runs = [_hopeful(line_parts, _runs(line_parts, line.height))
            for line_parts, line in zip(parts, lines, strict=True)]  # fmt: skip
    joined = [join([p.stroke for p in line_parts[i:j]]) for line_parts, line_runs in
              zip(parts, runs, strict=True) for i, j in line_runs]  # fmt: skip
    scores = iter(_digit_scores(look.digits(joined)))
    found = []
    for line, line_parts, line_runs in zip(lines, parts, runs, strict=True):
        scored = {run: _run_score(next(scores), strip) for run, strip in line_runs.items()}
        best = _best_sequence(line_parts, scored, line.height)
        found.append([Found(join([p.stroke for p in line_parts[i:j]]), line_runs[i, j])
                      for i, j in best])  # fmt: skip
    return found


def _hopeful(
    parts: list[_Part], runs: list[tuple[int, int]]
) -> dict[tuple[int, int], NDArray[np.float32]]:
    """The runs that may be a digit, each with what its strip says; most of those tried are none.

    This spares the first network most of its work. A whole stroke stays, whatever it is.
    """
    strips = {(i, j): _in_strip(parts, i, j) for i, j in runs}
    best = {run: float(strip[:10].max()) for run, strip in strips.items()}
    skips = [p.strip.nothing(p.start, p.end) if p.strip else 0.0 for p in parts]
    # The best score of all before each place, and of all after it, as far as strips tell.
    before, after = [0.0] * (len(parts) + 1), [0.0] * (len(parts) + 1)
    for end in range(1, len(parts) + 1):
        ways = [before[i] + score for (i, j), score in best.items() if j == end]
        before[end] = max([before[end - 1] + skips[end - 1], *ways])
    for start in reversed(range(len(parts))):
        ways = [after[j] + score for (i, j), score in best.items() if i == start]
        after[start] = max([after[start + 1] + skips[start], *ways])
    least = before[-1] + _HOPELESS
    return {
        (i, j): strip
        for (i, j), strip in strips.items()
        if before[i] + best[i, j] + after[j] >= least or _is_whole(parts, i, j)
    }


def _is_whole(parts: list[_Part], first: int, end: int) -> bool:
    """No cut bounds this run."""
    return not parts[first].cut and (end == len(parts) or not parts[end].cut)


def _run_score(by_itself: NDArray[np.float32], strip: NDArray[np.float32]) -> float:
    """Log of how surely a run of parts is one digit, by both networks.

    by_itself: float32 [10], log of how surely it is each digit, seen by itself. strip: float32
    [11], what the strip says of where it stands; zeros where it is no part of one.
    """
    if not strip.any():
        # However unlike a digit: a large stroke is refused, not overlooked.
        return max(float(by_itself.max()), -_REFUSE)
    return float((ALONE * np.maximum(by_itself, -_REFUSE) + IN_STRIP * strip[:10]).max())


def _in_strip(parts: list[_Part], first: int, end: int) -> NDArray[np.float32]:
    """Log-likelihood of one sign where these parts stand, from the strips they were cut from.

    Zeros for several whole strokes: none of their strips shows them together.
    """
    total = np.zeros(11, np.float32)
    starts = [at for at in range(first, end) if at == first or not parts[at].cut]
    if len(starts) > 1 and _is_whole(parts, first, end):
        return total
    for start, after in pairwise([*starts, end]):
        strip = parts[start].strip
        if strip is not None:
            total += strip.between(parts[start].start, parts[after - 1].end)
    return total


def _digit_scores(scores: Scores) -> NDArray[np.float32]:
    """Log of how surely each is this or that digit: float32 [N, 10], evidence counted in."""
    certainty = np.log(np.maximum(scores.probabilities, 1e-6))
    odds = np.clip(scores.evidence - _PRIOR, -30, 30)
    shares: NDArray[np.float32] = certainty - np.log1p(np.exp(-odds))[:, None]
    return shares


def _to_be_cut(lines: list[Line], look: Look) -> list[Stroke]:
    """The strokes that may be several digits; fewest of a page's are."""
    wide = [
        (stroke, line.height)
        for line in lines
        for stroke in line.strokes
        # Two digits side by side are not far higher than wide.
        if stroke.width > max(0.5 * line.height, 0.4 * stroke.height, 8)
    ]
    scores = _digit_scores(look.digits([stroke for stroke, _ in wide])).max(axis=1)
    doubtful = [
        (stroke, height)
        for (stroke, height), score in zip(wide, scores, strict=True)
        if score < _SURE or stroke.width > 1.6 * height
    ]
    # A page with more than this is a texture, and would take minutes.
    doubtful.sort(key=lambda pair: pair[0].width / pair[1])
    room = np.cumsum([(stroke.width / height) ** 2 for stroke, height in doubtful])
    return [stroke for (stroke, _), taken in zip(doubtful, room, strict=True) if taken < _MOST_CUT]


def _parts(strokes: Strokes, line: Line, strips: dict[tuple[int, ...], StripScores]) -> list[_Part]:
    parts = []
    for stroke in line.strokes:
        strip = strips.get(stroke.labels)
        if strip is None:
            parts.append(_Part(stroke, False, stroke))
            continue
        pieces = cut_apart(strokes, stroke, line.height, _CUTS)
        labels = tuple(sorted({label for piece in pieces for label in piece.stroke.labels}))
        whole = Stroke(stroke.box, stroke.area, labels)  # its pieces have new labels
        ends = [piece.start for piece in pieces[1:]] + [math.inf]
        parts += [
            _Part(piece.stroke, index > 0, whole, piece.start, end, strip)
            for index, (piece, end) in enumerate(zip(pieces, ends, strict=True))
        ]
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
            # A stroke is always tried uncut, however wide; else nothing wider than a digit.
            if width <= 1.4 * height or (
                _is_whole(parts, first, end) and all(p.cut for p in run[1:])
            ):
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
        skipped = parts[end - 1]
        size = min(1.0, max(skipped.stroke.height, skipped.stroke.width) / height)
        before = best[end - 1]
        cost = _SKIP * size * size + 0.05
        if skipped.strip:
            cost -= IN_STRIP * skipped.strip.nothing(skipped.start, skipped.end)
        candidates = [(before[0] - cost, before[1])]
        for first in range(end):
            score = scored.get((first, end))
            if score is None:
                continue
            if parts[first].cut:
                score -= _CUT
            joins = sum(_join_cost(a, b, height) for a, b in pairwise(parts[first:end]))
            total = best[first][0] + score - joins
            candidates.append((total, [*best[first][1], (first, end)]))
        best.append(max(candidates, key=lambda candidate: candidate[0]))
    return best[-1][1]

"""A line's ink in parts, and the sequence of runs of them that is likeliest to be digits.

Any run of neighbouring parts may be one digit. Of all ways to cover the line with runs, the
one with the highest total score is found by dynamic programming.
"""

import math
from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np
from numpy.typing import NDArray

from digitnet.reading.strokes import Stroke
from digitnet.reading.touching import StripScores

# Costs in nats, as the scores: log of how surely a run of parts is a digit.
_CUT = 1.0  # through ink
_JOIN = 1.0  # over paper, for a gap of a digit's height
_JOIN_FULL = 2.0  # of two strokes that are each as high as a digit and stand side by side
_SKIP = 12.0  # to leave out a part as high as a digit; by its square, a smaller one
_HOPELESS = -1.0  # to the best by strips alone: what is worse is not looked at by itself

Run = tuple[int, int]  # first part and last + 1


@dataclass(frozen=True)
class Part:
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


def possible_runs(parts: list[Part], height: float) -> list[Run]:
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


def hopeful(parts: list[Part], runs: list[Run]) -> dict[Run, NDArray[np.float32]]:
    """The runs that may be a digit, each with what its strip says; most of those tried are none.

    runs: by their first part, one at least that begins at each.
    This spares the first network most of its work. A whole stroke stays, whatever it is.
    """
    strips = {(i, j): _in_strip(parts, i, j) for i, j in runs}
    best = {run: float(strip[:10].max()) for run, strip in strips.items()}
    skips = [p.strip.nothing(p.start, p.end) if p.strip else 0.0 for p in parts]
    # The best score of all before each place, and of all after it, as far as strips tell.
    before, after = [0.0] + [-math.inf] * len(parts), [0.0] * (len(parts) + 1)
    for start, ways in groupby(best.items(), lambda way: way[0][0]):
        before[start + 1] = max(before[start + 1], before[start] + skips[start])
        for (_, end), score in ways:
            before[end] = max(before[end], before[start] + score)
    for start, ways in groupby(reversed(best.items()), lambda way: way[0][0]):
        after[start] = after[start + 1] + skips[start]
        for (_, end), score in ways:
            after[start] = max(after[start], score + after[end])
    least = before[-1] + _HOPELESS
    kept: dict[object, Run] = {}
    for start, end in strips:
        whole = _is_whole(parts, start, end)
        if whole or before[start] + best[start, end] + after[end] >= least:
            # Of runs that their strip cannot tell apart the last stands for all.
            kept[(start, end) if whole else _place(parts, start, end)] = (start, end)
    return {run: strips[run] for run in kept.values()}


def _place(parts: list[Part], first: int, end: int) -> object:
    """Which frames of which strip a run stands in; the run itself where it is not of one strip."""
    strip = parts[first].strip
    if strip is None or any(part.strip is not strip for part in parts[first:end]):
        return first, end
    return strip, strip.frames(parts[first].start, parts[end - 1].end)


def _is_whole(parts: list[Part], first: int, end: int) -> bool:
    """No cut bounds this run."""
    return not parts[first].cut and (end == len(parts) or not parts[end].cut)


def _in_strip(parts: list[Part], first: int, end: int) -> NDArray[np.float32]:
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


def _gap(left: Part, right: Part) -> float:
    if right.cut:
        return 0.0
    a, b = left.whole, right.whole
    across = max(0, b.left - a.right)
    down = max(0, a.top - b.bottom, b.top - a.bottom)
    return math.hypot(across, down)


def _join_cost(left: Part, right: Part, height: float) -> float:
    if right.cut:
        return 0.0
    a, b = left.whole, right.whole
    shared = min(a.right, b.right) - max(a.left, b.left)
    side_by_side = shared < 0.5 * min(a.width, b.width)
    full = min(a.height, b.height) > 0.6 * height and side_by_side
    return _JOIN * _gap(left, right) / height + (_JOIN_FULL if full else 0.0)


def best_sequence(parts: list[Part], scored: dict[Run, float], height: float) -> list[Run]:
    """The runs of highest total score that cover the line, parts left out at a cost."""
    best: list[tuple[float, list[Run]]] = [(0.0, [])]
    for end in range(1, len(parts) + 1):
        skipped = parts[end - 1]
        size = min(1.0, max(skipped.stroke.height, skipped.stroke.width) / height)
        before = best[end - 1]
        cost = _SKIP * size * size + 0.05
        if skipped.strip:
            cost -= skipped.strip.nothing(skipped.start, skipped.end)
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

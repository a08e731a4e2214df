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

import numpy as np
from numpy.typing import NDArray

from digitnet.reading.cut import cut_apart
from digitnet.reading.lattice import Part, best_sequence, hopeful, possible_runs
from digitnet.reading.lines import Line
from digitnet.reading.network import Scores
from digitnet.reading.strokes import Stroke, Strokes, join
from digitnet.reading.touching import StripScores

# Costs in nats, as the scores: log of how surely a run of parts is a digit.
_PRIOR = 1.0  # most of the runs that are tried are no digit
_CUTS = 20  # in a stroke as wide as a digit is high
_SURE = -0.1  # a stroke with a higher score is one digit, and is not cut
_MOST_CUT = 300  # of a picture: the sum of squared widths of strokes that are, in heights
_REFUSE = 8.0  # at most, for what is no digit at all: refused, it is still there

# Weight of the first network's word beside the second's, of a part of a wide stroke: the
# first sees it cut badly more often than not.
ALONE = 0.4


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


def segment(strokes: Strokes, lines: list[Line], look: Look) -> list[list[Found]]:
    """The digits of each line, from left to right."""
    wide = _to_be_cut(lines, look)
    seen = look.strips(wide) if wide else []
    strips = {stroke.labels: strip for stroke, strip in zip(wide, seen, strict=True)}
    parts = [_parts(strokes, line, strips) for line in lines]
    runs = [hopeful(line_parts, possible_runs(line_parts, line.height))
            for line_parts, line in zip(parts, lines, strict=True)]  # fmt: skip
    joined = [join([p.stroke for p in line_parts[i:j]]) for line_parts, line_runs in
              zip(parts, runs, strict=True) for i, j in line_runs]  # fmt: skip
    scores = iter(_digit_scores(look.digits(joined)))
    found = []
    for line, line_parts, line_runs in zip(lines, parts, runs, strict=True):
        scored = {run: _run_score(next(scores), strip) for run, strip in line_runs.items()}
        best = best_sequence(line_parts, scored, line.height)
        found.append([Found(join([p.stroke for p in line_parts[i:j]]), line_runs[i, j])
                      for i, j in best])  # fmt: skip
    return found


def _run_score(by_itself: NDArray[np.float32], strip: NDArray[np.float32]) -> float:
    """Log of how surely a run of parts is one digit, by both networks.

    by_itself: float32 [10], log of how surely it is each digit, seen by itself. strip: float32
    [11], what the strip says of where it stands; zeros where it is no part of one.
    """
    if not strip.any():
        # However unlike a digit: a large stroke is refused, not overlooked.
        return max(float(by_itself.max()), -_REFUSE)
    return float((ALONE * np.maximum(by_itself, -_REFUSE) + strip[:10]).max())


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


def _parts(strokes: Strokes, line: Line, strips: dict[tuple[int, ...], StripScores]) -> list[Part]:
    parts = []
    for stroke in line.strokes:
        strip = strips.get(stroke.labels)
        if strip is None:
            parts.append(Part(stroke, False, stroke))
            continue
        pieces = cut_apart(strokes, stroke, line.height, _CUTS)
        labels = tuple(sorted({label for piece in pieces for label in piece.stroke.labels}))
        whole = Stroke(stroke.box, stroke.area, labels)  # its pieces have new labels
        ends = [piece.start for piece in pieces[1:]] + [math.inf]
        parts += [
            Part(piece.stroke, index > 0, whole, piece.start, end, strip)
            for index, (piece, end) in enumerate(zip(pieces, ends, strict=True))
        ]
    return parts

"""Marks -> digits that are read, marks that are doubtful (`?`), and what is neither.

One rule: a mark is read where it is right with a probability of ACCEPTED at least. What is not
read and not surely something else prints `?`, where it is as large as the digits around it; and
so does a sign that stands in a digit's place, between two digits.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitnet.reading.finder import NONE, Marks
from digitnet.reading.ranks import median

ACCEPTED = 0.5  # likelier right than wrong
_DOUBTFUL = 0.5  # score: likelier a mark than none
_SURELY_NONE = 0.5  # probability of NONE: likelier a letter or a sign than any digit

# Heights, and gaps, of digits around: between these a mark is as large as they are.
_LEAST, _MOST = 0.6, 2.5
_BESIDE = 1.5
_WORD = 2.0  # times as wide as high: no digit, nor two that touch
_FRAME, _BAR = 0.05, 3.0  # heights that a bar may end before the edges; times as high as wide
_TIGHT = 0.9, 0.8  # of the picture's height: digits as high fill it; beside a bar, around one
# What is smaller is a speck, or a part of a digit, unless it is surely one; far smaller, always.
_SPECK, _SURE, _TINY = 0.4, 0.95, 0.25


def calibrated(
    scores: NDArray[np.floating], metadata: dict[str, Any], name: str = "confidence"
) -> NDArray[np.float64]:
    """Scores, 0 to 1, as probabilities: along the knots that the weights were exported with."""
    knots = metadata.get("calibration", {}).get(name) or [[0, 0], [1, 1]]
    scores_at, probabilities = np.array(knots, np.float64).T
    return np.interp(scores, scores_at, probabilities)


def considered(
    marks: Marks, confidence: NDArray[np.float64], size: tuple[int, ...]
) -> NDArray[np.integer]:
    """The marks that may be printed: the others are faint guesses, at which no line is sought.

    size: height and width of the picture. A bar from its top to its bottom is a ruled line, the
    table or the scanner's lid, which only look like a one. Where other marks are about as high,
    the picture was cut out so tightly, and it is one; so it is where nothing else is there.
    """
    likely = (confidence >= ACCEPTED) | (marks.scores > _DOUBTFUL)
    height, width = size
    left, _, right, _ = marks.edges
    bars = _bars(marks, height)
    tallest = marks.boxes[likely & ~bars, 3].max(initial=0)
    filled = np.where((left < 1) | (right > width - 1), *_TIGHT) * height
    return np.flatnonzero(likely & ~(bars & (tallest > 0) & (tallest <= filled)))


def _bars(marks: Marks, height: int) -> NDArray[np.bool_]:
    """Straight ones from the top to the bottom of a picture of this height."""
    _, top, _, bottom = marks.edges
    room = _FRAME * height
    bar = marks.boxes[:, 3] > _BAR * marks.boxes[:, 2]
    straight = bar & np.isin(marks.classes.argmax(axis=1), (1, NONE))
    whole: NDArray[np.bool_] = straight & (top < room) & (bottom > height - room)
    return whole


def printed(
    marks: Marks, confidence: NDArray[np.float64], lines: list[list[int]]
) -> list[list[int]]:
    """What of each line is printed: its digits, and the marks that get a `?`; no empty lines.

    marks: those that are considered. lines: the marks of each, from left to right. confidence:
    float64 [N], that the likeliest digit is right.
    """
    heights = marks.boxes[:, 3]
    read = confidence >= ACCEPTED
    of_page = median(heights[read]) if read.any() else 0.0
    other = np.exp(marks.classes[:, NONE]) > _SURELY_NONE
    # A minus stands in a digit's place too, and is as wide as a digit is high.
    sides = np.where(other, np.maximum(heights, marks.boxes[:, 2]), heights)
    word = marks.boxes[:, 2] > _WORD * heights
    kept = []
    for line in lines:
        digits = [mark for mark in line if read[mark]]
        around = median(heights[digits]) if len(digits) > 1 else of_page
        least = np.where(confidence < _SURE, _SPECK, _TINY) * around
        specks = [mark for mark in digits if heights[mark] < least[mark]]
        read[specks] = False
        large = (around == 0) | ((_LEAST * around < sides) & (sides < _MOST * around))
        large &= other | ~word
        kept.append(
            [
                mark
                for place, mark in enumerate(line)
                if read[mark]
                or (large[mark] and (not other[mark] or _between(marks, line, place, read, around)))
            ]
        )
    return [line for line in kept if line]


def _between(
    marks: Marks, line: list[int], place: int, read: NDArray[np.bool_], height: float
) -> bool:
    """Whether digits stand on both sides of a mark, as near as digits of a line do."""
    left, _, right, _ = marks.edges
    own = line[place]
    if not 0 < place < len(line) - 1:
        return False
    before, after = line[place - 1], line[place + 1]
    near = max(left[own] - right[before], left[after] - right[own]) < _BESIDE * height
    return bool(near and read[before] and read[after])

"""Marks -> digits that are read, marks that are doubtful (`?`), and what is neither.

One rule: a mark is read where it is right with a probability of ACCEPTED at least. What is not
read and not surely something else prints `?`, where it is as large as the digits around it; and
so does a sign that stands in a digit's place, between two digits.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitnet.reading.bars import false_ones
from digitnet.reading.finder import NONE, Marks
from digitnet.reading.ranks import median

ACCEPTED = 0.5  # likelier right than wrong
_DOUBTFUL = 0.5  # score: likelier a mark than none
_SURELY_NONE = 0.5  # probability of NONE: likelier a letter or a sign than any digit

# Heights, and gaps, of digits around: between these a mark is as large as they are.
_LEAST, _MOST = 0.6, 2.5
_BESIDE = 1.5
_WORD = 2.0  # times as wide as high: no digit, nor two that touch
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
    marks: Marks, confidence: NDArray[np.float64], grey: NDArray[np.uint8]
) -> NDArray[np.integer]:
    """The marks that may be printed: the others are faint guesses, at which no line is sought.

    grey: uint8 [H, W], the picture. Bars that only look like ones are none of them.
    """
    likely = (confidence >= ACCEPTED) | (marks.scores > _DOUBTFUL)
    return np.flatnonzero(likely & ~false_ones(marks, likely, grey))


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

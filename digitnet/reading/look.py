"""A picture -> its marks, at all scales; closer where some digits are small."""

import numpy as np
from numpy.typing import NDArray

from digitnet.reading.finder import NONE, SIDES, Finder, Marks, joined
from digitnet.reading.pyramid import Level, closer, pyramid

_LIKELY = 0.03  # score from which on a small mark is worth another look


def look(finder: Finder, grey: NDArray[np.uint8]) -> Marks:
    """The marks of a picture, uint8 [H, W], not yet merged.

    A page's smallest digits, its zeros mostly, can be smaller at the largest scale than the
    finder knows well. Then it looks once more, one scale closer.
    """
    levels = pyramid(grey)
    marks = finder(levels)
    if not _some_are_small(marks, levels):
        return marks
    return joined([marks, finder(closer(grey))])


def _some_are_small(marks: Marks, levels: list[Level]) -> bool:
    scale = max((level.scale[0] for level in levels), default=0.0)
    small = scale * marks.boxes[:, 2:].max(axis=1, initial=0) < SIDES[1]
    return bool((small & (marks.scores > _LIKELY) & (marks.classes[:, NONE] < np.log(0.5))).any())

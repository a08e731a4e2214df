"""A picture -> its marks, at all scales, the coarse ones first; closer where digits are small."""

import numpy as np
from numpy.typing import NDArray

from digitnet.reading.finder import NO_MARKS, NONE, SIDES, Finder, Marks, joined
from digitnet.reading.merge import without_rings
from digitnet.reading.pyramid import closer, levels_of, scaled

_LIKELY = 0.03  # score from which on a small mark is worth another look
_FOUND = 0.5  # how surely any mark is a digit, or what is drawn may be too small to be seen
_FEW = 0.25  # of the large digits: so many small marks are no writing
_SURE = 0.7  # how surely a large mark is one digit, from which on it needs no finer look


def look(finder: Finder, grey: NDArray[np.uint8], *, one: bool = False) -> Marks:
    """The marks of a picture, uint8 [H, W], not yet merged. one: it holds exactly one digit.

    A digit that a coarse scale is sure of is too large for the fine ones, and they leave it out,
    but for a zero, which may be a ring around a digit; a sign there may be a whole number. A
    page's smallest digits, its zeros mostly, can be smaller at the largest scale than the finder
    knows well, or than it knows at all. Then it looks closer; but where the digits are large, or
    there is only one, not at a large picture: what is small there is grain.
    """
    marks = NO_MARKS
    pictures = scaled(grey)
    for picture in reversed(pictures):
        sure = (marks.best > _SURE) & (marks.classes.argmax(axis=1) != 0)
        known = marks.boxes[sure & (_sides(marks, picture.scale) > SIDES[-1])]
        marks = joined([marks, finder(levels_of(picture, known))])
    newest, scale = marks, pictures[0].scale
    small = _small(marks, scale)
    few = np.count_nonzero(small) < _FEW * np.count_nonzero((marks.best > _FOUND) & ~small)
    looks = closer(grey, pictures[0], whole=one or bool(few))
    large = one or len(pictures) == 1  # what is written is no smaller than can be seen
    while _small(newest, scale).any() or not (large or (marks.best > _FOUND).any()):
        levels = next(looks, None)
        if levels is None:
            break
        newest, scale = finder(levels), levels[0].scale
        marks = joined([marks, newest])
    return without_rings(marks)


def _sides(marks: Marks, scale: tuple[float, float]) -> NDArray[np.floating]:
    """The longer side of each mark at a scale, pixels."""
    sides: NDArray[np.floating] = (marks.boxes[:, 2:] * np.array(scale)).max(axis=1, initial=0)
    return sides


def _small(marks: Marks, scale: tuple[float, float]) -> NDArray[np.bool_]:
    """Which marks may be digits that are smaller than the finder knows well."""
    likely = (marks.scores > _LIKELY) & (marks.classes[:, NONE] < np.log(0.5))
    small: NDArray[np.bool_] = likely & (_sides(marks, scale) < SIDES[1])
    return small

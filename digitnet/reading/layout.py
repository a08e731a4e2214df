"""Strokes -> which of them make up each digit, line by line."""

from itertools import pairwise

import numpy as np

from digitnet.reading.lines import find_lines
from digitnet.reading.segment import Found, Look, alone, segment
from digitnet.reading.strokes import Stroke, Strokes, join

# Pieces of a broken digit, as shares of a digit's height.
_PIECE = 0.6  # their own height, at most
_BREAK = 0.2  # from one to the next
_MOST_JOINED = 1.3  # high or wide, together
_MOST_PIECES = 300  # more small strokes are a texture; the largest come first


def one_digit(strokes: Strokes, look: Look) -> list[list[Found]]:
    """All that belongs to the one digit of the picture, as one line of one; none on a blank.

    look: what the networks say of strokes.
    """
    if not strokes.strokes:
        return []
    main, *others = strokes.strokes  # the largest first
    side = max(main.width, main.height)
    near = [
        other
        for other in others
        if other.area > 0.02 * main.area
        and max(other.left - main.right, main.left - other.right) < 0.25 * side
        and max(other.top - main.bottom, main.top - other.bottom) < 0.25 * side
    ]
    if not near:
        return [[alone(main)]]
    whole = join([main, *near])
    evidence = look.digits([main, whole]).evidence
    # What lies around belongs to it, as a 5's bar, unless it is clearly better without.
    return [[alone(main if evidence[0] > evidence[1] + 1 else whole)]]


def page_lines(strokes: Strokes, look: Look) -> list[list[Found]]:
    """The digits of a page, line by line."""
    legible = strokes.legible()
    if not legible:
        return []
    if len(legible) == 1 and legible[0].width < 1.1 * legible[0].height:
        return [[alone(legible[0])]]
    evidence = look.digits(legible).evidence
    sure = [stroke for stroke, e in zip(legible, evidence, strict=True) if e > 0]
    height = _digit_height(sure or legible)
    lines = segment(
        strokes, find_lines(_mended(strokes.strokes, height, sure, look), height, sure), look
    )
    least = min(stroke.height for stroke in legible)
    return [line for line in lines if line and max(f.stroke.height for f in line) >= least]


def _mended(strokes: list[Stroke], height: float, sure: list[Stroke], look: Look) -> list[Stroke]:
    """The strokes; small ones that are a digit together, as a pen that skips leaves them, joined.

    height: of the page's digits, pixels. sure: strokes that pass for a digit by themselves.
    """
    whole = set(sure)
    small = [s for s in strokes if s.height < _PIECE * height and s not in whole][:_MOST_PIECES]
    if len(small) < 2:
        return strokes
    left, top, width, depth = np.array([stroke.box for stroke in small]).T
    across = np.maximum(left - (left + width)[:, None], 0)
    down = np.maximum(top - (top + depth)[:, None], 0)
    apart = np.maximum(across, across.T) ** 2 + np.maximum(down, down.T) ** 2
    group = np.arange(len(small))
    for index, near in enumerate(apart < (_BREAK * height) ** 2):
        group[np.isin(group, group[near])] = group[index]
    joined = [
        join([small[index] for index in np.flatnonzero(group == number)])
        for number in np.unique(group)
    ]
    most = _MOST_JOINED * height
    digits = [
        s
        for s in joined
        if len(s.labels) > 1 and _PIECE * height < s.height < most and s.width < most
    ]
    evidence = look.digits(digits).evidence
    digits = [stroke for stroke, e in zip(digits, evidence, strict=True) if e > 0]
    pieces = {label for stroke in digits for label in stroke.labels}
    return [stroke for stroke in strokes if pieces.isdisjoint(stroke.labels)] + digits


def spaces(line: list[Stroke]) -> frozenset[int]:
    """Before which digits of a line a gap stands that is far wider than the others."""
    if len(line) < 3:
        return frozenset()
    gaps = np.array([right.left - left.right for left, right in pairwise(line)])
    height = float(np.median([stroke.height for stroke in line]))
    wide = max(height, 2.5 * float(np.median(gaps)))
    return frozenset((np.flatnonzero(gaps > wide) + 1).tolist())


def _digit_height(strokes: list[Stroke]) -> float:
    """Height of a typical digit in pixels: the median, weighed by ink.

    strokes: what passes for a digit; where nothing does, as where all of them touch, what there
    is has to do. By ink: a page can hold more broken strokes and specks than digits.
    """
    by_height = sorted(strokes, key=lambda stroke: stroke.height)
    inked = np.cumsum([stroke.area for stroke in by_height])
    return float(by_height[int(np.searchsorted(inked, inked[-1] / 2))].height)

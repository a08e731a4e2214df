"""Strokes -> which of them make up each digit, line by line."""

from itertools import pairwise

import numpy as np

from digitnet.reading.lines import find_lines
from digitnet.reading.segment import Found, Look, alone, segment
from digitnet.reading.strokes import Stroke, Strokes, join


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
    lines = segment(strokes, find_lines(strokes.strokes, height, sure), look)
    least = min(stroke.height for stroke in legible)
    return [line for line in lines if line and max(f.stroke.height for f in line) >= least]


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

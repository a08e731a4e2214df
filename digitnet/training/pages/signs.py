"""Signs: what stands among digits and is none. Plus, point, slash, bracket, currency."""

import numpy as np
from numpy.random import Generator

from digitnet.training.pages.knots import SIGNS, parse_knots
from digitnet.training.pages.strokes import Ink, bend, draw_strokes, hand_matrix, trace, transform

UNIT = 0.96  # pixels for a hundredth of a digit's height, as digits are drawn 96 high
_KNOTS = {name: parse_knots(text) for name, text in SIGNS.items()}
# What pages are full of is drawn more often than the rest.
_USUAL = {"plus": 8, "minus": 8, "equals": 8, "times": 4, "slash": 4, "point": 6, "comma": 6}
_USUAL |= {"decimal point": 2, "colon": 3, "divide": 2, "percent": 2, "euro": 3, "dollar": 2}
_USUAL |= {"open round": 3, "close round": 3, "underline": 3, "hash": 2, "star": 2}
_NAMES = tuple(SIGNS)
_WEIGHTS = np.array([_USUAL.get(name, 1) for name in _NAMES], np.float64)
_WEIGHTS /= _WEIGHTS.sum()
_LONG = ("minus", "underline", "wave", "arrow")  # these come in any length
_CLOGGED = ("question", "exclamation", "at", "dollar")  # by a bold pen they become digits
_BOLDEST = 0.12  # pen ratio that those are written with at most
_DOTS = ("point", "decimal point", "comma", "apostrophe")  # the pen's width makes their size


def draw_sign(
    rng: Generator, pen_ratio: float, name: str | None = None
) -> tuple[Ink, float, float]:
    """A sign beside digits that are 1 high, written with their pen.

    pen_ratio: the pen's width over a digit's height. name: one of `knots.SIGNS`, or any.
    Returns ink uint8 [H, W], tight; its height (1: as high as a digit); and how far its
    middle is below the line's middle (0.5: on the line that digits stand on).
    """
    name = _NAMES[rng.choice(len(_NAMES), p=_WEIGHTS)] if name is None else name
    if name.startswith(_CLOGGED):
        pen_ratio = min(pen_ratio, _BOLDEST)
    jitter = rng.uniform(1.5, 4.0)
    strokes = [trace(rng, knots, jitter, rounding=0.25) for knots in _KNOTS[name]]
    matrix = hand_matrix(rng, slant=0.12, turn=0.07, narrow=0.2)
    if name == "slash":
        matrix = matrix @ np.array([[1, -rng.uniform(-0.2, 0.25)], [0, 1]])
    matrix = matrix * np.exp(rng.normal(0, 0.0 if name in _DOTS else 0.18))
    if name in _LONG:
        matrix = matrix @ np.diag([np.exp(rng.uniform(-0.5, 1.0)), 1])
    middle = np.array([0.0, 50.0], np.float32)
    strokes = [stroke - middle for stroke in strokes]
    strokes = transform(bend(rng, strokes, rng.uniform(0.0, 0.03)), matrix * UNIT)
    ys = np.concatenate(strokes)[:, 1]
    offset = float(ys.min() + ys.max()) / 2 / (100 * UNIT)
    ink = draw_strokes(rng, strokes, pen_ratio * 100 * UNIT, max(0.0, rng.uniform(-0.4, 0.3)))
    return ink, ink.shape[0] / (100 * UNIT), offset

"""Programmed forms of each digit, as people write them in different countries.

A form is a function of a generator that returns knots (see `strokes.trace`) in a box
about 100 high with its top at 0, y down. Its own variation is in the form; what every
hand does (unsteady, slanted, wide or narrow) comes after, in `draw_form`.
"""

from collections.abc import Callable

import numpy as np
from numpy.random import Generator

from digitnet.training.pages.strokes import (
    Ink,
    Point,
    Strokes,
    bend,
    draw_strokes,
    fit,
    hand_matrix,
    hook_ends,
    trace,
    transform,
)

Knots = list[list[Point]]
Form = Callable[[Generator], Knots]


# fmt: off
# Knots stay in rows.


def _one_bare(rng: Generator) -> Knots:
    return [[(0, 0), (rng.normal(0, 3), 50), (0, 100)]]


def _one_flagged(rng: Generator) -> Knots:
    """The flag from a short nick to a line down to two thirds, flat or steep."""
    across, down = rng.uniform(10, 55), rng.uniform(4, 65)
    sag = rng.normal(0, 4)
    return [[(-across, down), (-across / 2, down / 2 + sag), (0, 0), (0, 0), (0, 50), (0, 100)]]


def _one_steep(rng: Generator) -> Knots:
    """An upstroke nearly as long as the stem."""
    across, down = rng.uniform(20, 42), rng.uniform(55, 80)
    return [[(-across, down), (-across / 2.2, down / 2.4), (0, 0), (0, 0), (0, 50), (0, 100)]]


def _one_from_the_line(rng: Generator) -> Knots:
    """An upstroke from the line that digits stand on."""
    across, down = rng.uniform(22, 60), rng.uniform(80, 104)
    return [[(-across, down), (-across / 2, down / 1.8), (0, 0), (0, 0), (-2, 50), (-4, 100)]]


def _one_hooked(rng: Generator) -> Knots:
    """The pen turns up again at the foot."""
    up = rng.uniform(8, 28)
    foot = [(0.0, 100.0), (rng.uniform(4, 22), 100 - up)]
    flag = [(-rng.uniform(4, 20), rng.uniform(4, 24)), (0.0, 0.0)] if rng.random() < 0.4 else []
    return [[*flag, (0, 0), (rng.normal(0, 3), 50), (0, 100), *foot]]


def _one_with_foot(rng: Generator) -> Knots:
    foot = [(-rng.uniform(12, 38), 100.0), (0.0, 100.0), (rng.uniform(12, 38), 100.0)]
    return [*_one_flagged(rng), foot]


def _zero(rng: Generator, sweep: float, grow: float) -> Knots:
    """A round of `sweep` radians from somewhere at the top, growing to `grow` of its size."""
    side = rng.choice([-1, -1, -1, 1])  # mostly against the clock
    half_width, start = rng.uniform(22, 44), rng.normal(0, 0.5)
    turns = np.linspace(0, 1, 12)
    angles, sizes = start + turns * sweep, 1 + turns * (grow - 1)
    x, y = side * half_width * np.sin(angles) * sizes, 50 - 50 * np.cos(angles) * sizes
    return [list(zip(x.tolist(), y.tolist(), strict=True))]


def _zero_closed(rng: Generator) -> Knots:
    return _zero(rng, rng.uniform(6.2, 6.5), rng.uniform(0.97, 1.03))


def _zero_open(rng: Generator) -> Knots:
    return _zero(rng, rng.uniform(5.5, 6.1), rng.uniform(0.88, 1.1))


def _zero_overshot(rng: Generator) -> Knots:
    return _zero(rng, rng.uniform(6.6, 8.0), rng.uniform(0.7, 1.08))


def _zero_slashed(rng: Generator) -> Knots:
    out = rng.uniform(0.6, 1.3)  # of the ellipse: the slash ends within or beyond it
    x, y = out * rng.uniform(18, 34), out * rng.uniform(30, 46)
    side = -1 if rng.random() < 0.15 else 1
    return [*_zero_closed(rng), [(-side * x, 50 + y), (0, 50), (side * x, 50 - y)]]


def _two_plain(rng: Generator) -> Knots:
    start, foot = rng.uniform(12, 34), rng.uniform(52, 80)
    return [
        [(4, start), (12, 8), (32, 0), (54, 12), (53, 36), (30, 68), (3, 99), (3, 99),
         (foot / 2, 99 + rng.normal(0, 3)), (foot, 98)]
    ]


def _two_looped(rng: Generator) -> Knots:
    loop, foot = rng.uniform(8, 18), rng.uniform(58, 85)
    return [
        [(4, rng.uniform(12, 32)), (14, 5), (34, 0), (55, 14), (50, 40), (28, 78), (10, 98),
         (-2, 98 - loop / 2), (6, 98 - loop), (24, 94), (foot * 0.8, 101), (foot, 95)]
    ]


def _two_like_z(rng: Generator) -> Knots:
    width, foot = rng.uniform(45, 62), rng.uniform(50, 75)
    dip = rng.uniform(2, 16)  # without it, it were a Z
    return [
        [(0, dip), (width / 2, -3), (width, 4), (width, 4), (width / 2, 52), (0, 98), (0, 98),
         (foot / 2, 98 + rng.normal(0, 3)), (foot, 97)]
    ]


def _two_waved(rng: Generator) -> Knots:
    return [
        [(2, 26), (10, 6), (32, 0), (52, 14), (48, 40), (24, 74), (0, 100), (0, 100),
         (16, 91), (34, 95), (54, 102), (72, 92)]
    ]


def _three_round(rng: Generator) -> Knots:
    dent = rng.uniform(14, 36)
    return [
        [(3, rng.uniform(6, 18)), (28, 0), (52, 12), (46, 34), (dent, 46), (dent, 46),
         (54, 56), (60, 78), (34, 99), (0, rng.uniform(82, 96))]
    ]


def _three_flat(rng: Generator) -> Knots:
    dent = rng.uniform(18, 38)
    return [
        [(2, rng.uniform(-2, 6)), (30, 0), (56, 1), (56, 1), (dent, 40), (dent, 40),
         (54, 50), (62, 74), (36, 99), (0, rng.uniform(82, 96))]
    ]


def _three_looped(rng: Generator) -> Knots:
    return [
        [(4, 12), (28, 0), (50, 12), (42, 36), (20, 50), (13, 45), (22, 41), (52, 54),
         (58, 78), (34, 99), (0, rng.uniform(80, 94))]
    ]


def _four_open(rng: Generator) -> Knots:
    """Two strokes; the stem begins lower than the first, beside it, or far above it."""
    bar, stem, top = rng.uniform(46, 64), rng.uniform(34, 56), rng.uniform(-18, 40)
    lean = rng.uniform(2, 22)
    return [
        [(lean, 0), (lean / 3, bar / 2), (0, bar), (0, bar), (36, bar - 1),
         (stem + rng.uniform(6, 26), bar + rng.normal(0, 3))],
        [(stem + rng.normal(1, 3), top), (stem, 60), (stem + rng.normal(-2, 3), 100)],
    ]


def _four_closed(rng: Generator) -> Knots:
    bar, stem = rng.uniform(54, 74), rng.uniform(42, 58)
    return [
        [(stem, 0), (stem / 2, bar / 2), (0, bar), (0, bar), (40, bar),
         (stem + rng.uniform(8, 26), bar + rng.normal(0, 3))],
        [(stem + rng.normal(0, 3), rng.uniform(-6, 8)), (stem, 50), (stem, 100)],
    ]


def _four_crossed(rng: Generator) -> Knots:
    """A tall stem that crosses what lies about in both directions."""
    bar, stem = rng.uniform(50, 66), rng.uniform(32, 48)
    return [
        [(rng.uniform(12, 30), 6), (8, bar / 2), (0, bar), (0, bar), (stem + 28, bar - 3)],
        [(stem + 4, rng.uniform(-30, 0)), (stem, 50), (stem - 3, rng.uniform(100, 125))],
    ]


def _four_lightning(rng: Generator) -> Knots:
    bar, right = rng.uniform(46, 60), rng.uniform(46, 64)
    end = right - rng.uniform(4, 34)
    return [
        [(rng.uniform(16, 42), 0), (0, bar), (0, bar), (right, bar - rng.uniform(0, 10)),
         (right, bar - rng.uniform(0, 10)), (end + 6, 76), (end, 100)]
    ]


def _four_cup(rng: Generator) -> Knots:
    """A cup that hangs on the stem, as in a Cyrillic che."""
    bar = rng.uniform(42, 60)
    return [
        [(2, 0), (1, bar * 0.6), (14, bar), (36, bar - 2), (50, bar - 10)],
        [(51, rng.uniform(-4, 6)), (50, 50), (49, 100)],
    ]


def _five_at_once(rng: Generator) -> Knots:
    waist = rng.uniform(34, 50)
    return [
        [(rng.uniform(48, 66), rng.normal(0, 3)), (34, 0), (12, 2), (12, 2), (8, waist),
         (8, waist), (34, waist - 6), (58, 62), (44, 94), (20, 100), (-2, 90)]
    ]


def _five_barred(rng: Generator) -> Knots:
    """The bar on its own: at times apart from the rest, at times across it."""
    waist, apart = rng.uniform(34, 48), rng.normal(0, 5)
    return [
        [(12, 4), (8, waist), (8, waist), (34, waist - 6), (58, 62), (46, 93), (20, 100), (-2, 90)],
        [(12 + rng.normal(0, 6), 2 + apart), (rng.uniform(50, 72), rng.normal(-1, 5) + apart)],
    ]


def _five_like_root(rng: Generator) -> Knots:
    """In one go from below, without a belly: common on cheques."""
    low, bar = rng.uniform(62, 86), rng.uniform(24, 52)
    return [
        [(0, low), (6, low + 8), (14, 100), (14, 100), (24, 50), (32, 2), (32, 2),
         (32 + bar / 2, rng.normal(0, 4)), (32 + bar, rng.normal(2, 5))]
    ]


def _five_round(rng: Generator) -> Knots:
    return [
        [(58, rng.uniform(-2, 6)), (36, 0), (14, 3), (14, 3), (9, 26), (13, 42), (38, 42),
         (58, 64), (46, 94), (20, 100), (-4, 92)]
    ]


def _six_closed(rng: Generator) -> Knots:
    return [
        [(rng.uniform(34, 58), 0), (20, 26), (3, 62), (10, 92), (32, 100), (54, 84), (50, 60),
         (30, 52), (8, 68)]
    ]


def _six_open(rng: Generator) -> Knots:
    """The loop ends before it meets the stem."""
    end = rng.uniform(18, 40)
    return [
        [(rng.uniform(28, 54), 0), (18, 26), (2, 62), (8, 90), (30, 100), (54, 84), (50, 62),
         (end, 56 + rng.uniform(0, 10))]
    ]


def _six_curled(rng: Generator) -> Knots:
    return [
        [(58, rng.uniform(10, 22)), (42, 0), (18, 14), (2, 54), (8, 88), (32, 100), (56, 84),
         (52, 60), (30, 50), (6, 64)]
    ]


def _six_straight(rng: Generator) -> Knots:
    bowl = rng.uniform(44, 62)
    return [
        [(rng.uniform(4, 26), 0), (4, 40), (1, 74), (12, 96), (32, 100), (52, 86), (48, 66),
         (28, bowl), (4, 74)]
    ]


def _seven(rng: Generator, hook: bool, bar: bool, curved: float) -> Knots:
    width, foot = rng.uniform(40, 66), rng.uniform(-2, 36)
    top: list[Point] = [(0, rng.normal(2, 3)), (width / 2, rng.normal(0, 2))]
    if hook:
        top = [(rng.normal(0, 3), rng.uniform(9, 28)), (3, 0), (3, 0), *top[1:]]
        if rng.random() < 0.4:  # a wave in place of a corner
            top = [(0, rng.uniform(8, 16)), (10, 1), (width * 0.6, 6)]
    middle = (width + foot) / 2 - curved
    knots: Knots = [[*top, (width, 0), (width, 0), (middle, 52), (foot, 100)]]
    if bar:
        half, tilt, at = rng.uniform(11, 26), rng.normal(-2, 5), rng.uniform(42, 62)
        x = middle + (foot - middle) * (at - 52) / 48 + rng.normal(0, 4)
        knots.append([(x - half, at - tilt), (x, at), (x + half, at + tilt)])
    return knots


def _seven_plain(rng: Generator) -> Knots:
    return _seven(rng, hook=False, bar=False, curved=rng.normal(0, 3))


def _seven_barred(rng: Generator) -> Knots:
    return _seven(rng, hook=False, bar=True, curved=rng.normal(2, 4))


def _seven_hooked(rng: Generator) -> Knots:
    return _seven(rng, hook=True, bar=False, curved=rng.normal(3, 4))


def _seven_hooked_barred(rng: Generator) -> Knots:
    return _seven(rng, hook=True, bar=True, curved=rng.normal(3, 4))


def _seven_curved(rng: Generator) -> Knots:
    return _seven(rng, hook=rng.random() < 0.3, bar=rng.random() < 0.4, curved=rng.uniform(6, 16))


def _eight_at_once(rng: Generator) -> Knots:
    close = rng.uniform(4, 16)
    return [
        [(48, close), (28, 0), (8, 16), (22, 40), (48, 58), (54, 82), (30, 100), (4, 84),
         (12, 60), (40, 38), (50, 18), (46, close - 4)]
    ]


def _eight_open(rng: Generator) -> Knots:
    """Begun and ended at the top right, without meeting."""
    return [
        [(rng.uniform(50, 60), rng.uniform(6, 18)), (30, 0), (10, 14), (22, 40), (48, 60),
         (52, 84), (28, 100), (4, 82), (14, 60), (40, 36), (rng.uniform(52, 66), 8)]
    ]


def _eight_circles(rng: Generator) -> Knots:
    """A small circle on a larger one; they touch, overlap a little, or nearly touch."""
    top, bottom = rng.uniform(17, 25), rng.uniform(24, 31)
    shift = rng.normal(0, 3)

    def circle(x: float, y: float, radius: float) -> list[Point]:
        angles = rng.uniform(-3, 3) + np.linspace(0, rng.uniform(6.1, 6.7), 10)
        xs, ys = x + radius * np.cos(angles), y + radius * np.sin(angles)
        return list(zip(xs.tolist(), ys.tolist(), strict=True))

    return [circle(shift, top, top), circle(0, 2 * top + bottom - rng.uniform(-1, 8), bottom)]


def _eight_crossed(rng: Generator) -> Knots:
    """Two straight lines that cross, closed at the top and the bottom."""
    return [
        [(6, 12), (28, 0), (50, 12), (28, 50), (2, 88), (28, 100), (54, 88), (28, 50), (6, 12),
         (16, 2)]
    ]


def _nine_straight(rng: Generator) -> Knots:
    head, foot = rng.uniform(40, 56), rng.uniform(30, 56)
    return [
        [(54, 14), (34, 0), (8, 8), (1, head / 2), (16, head), (40, head - 6), (54, 18),
         (54, 18), ((54 + foot) / 2 + 2, 60), (foot, 100)]
    ]


def _nine_curled(rng: Generator) -> Knots:
    """The stem turns to the left at its end, up to a hook like a g's."""
    head, up = rng.uniform(40, 54), rng.uniform(2, 24)
    return [
        [(53, 12), (32, 0), (7, 10), (2, head * 0.6), (20, head), (44, head - 10), (54, 12),
         (54, 12), (55, 62), (46, 94), (24, 100), (rng.uniform(-4, 12), 100 - up)]
    ]


def _nine_looped(rng: Generator) -> Knots:
    """The stem comes back and crosses itself below."""
    return [
        [(53, 12), (32, 0), (7, 10), (3, 26), (20, 42), (44, 34), (54, 12), (54, 12), (54, 60),
         (44, 94), (24, 98), (18, 84), (38, 72), (rng.uniform(62, 80), 62)]
    ]


def _nine_open(rng: Generator) -> Knots:
    """The head does not close, as a mirrored six may not."""
    return [
        [(rng.uniform(38, 52), rng.uniform(2, 14)), (24, 0), (4, 18), (12, 42), (34, 44),
         (54, 18), (56, 8), (56, 8), (52, 60), (rng.uniform(28, 52), 100)]
    ]


def _nine_round(rng: Generator) -> Knots:
    """A six turned round: the stem is one curve with the head."""
    return [
        [(50, 34), (28, 48), (5, 36), (6, 12), (28, 0), (50, 12), (56, 40), (44, 78),
         (rng.uniform(4, 30), 100)]
    ]


# fmt: on

FORMS: dict[int, tuple[Form, ...]] = {
    0: (_zero_closed, _zero_open, _zero_overshot, _zero_slashed),
    1: (
        _one_bare,
        _one_flagged,
        _one_flagged,
        _one_steep,
        _one_with_foot,
        _one_hooked,
        _one_from_the_line,
    ),
    2: (_two_plain, _two_looped, _two_like_z, _two_waved),
    3: (_three_round, _three_flat, _three_looped),
    4: (_four_open, _four_closed, _four_crossed, _four_lightning, _four_cup),
    5: (_five_at_once, _five_at_once, _five_barred, _five_barred, _five_round, _five_like_root),
    6: (_six_closed, _six_open, _six_curled, _six_straight),
    7: (_seven_plain, _seven_barred, _seven_hooked, _seven_hooked_barred, _seven_curved),
    8: (_eight_at_once, _eight_open, _eight_circles, _eight_crossed),
    9: (_nine_straight, _nine_curled, _nine_looped, _nine_open, _nine_round),
}
_STEMMED = (1, 4, 7, 9)  # digits whose stem may reach far below the line


def draw_form(
    rng: Generator, label: int, pen_ratio: float, height: int, form: Form | None = None
) -> Ink:
    """Ink of a digit in one of its forms, about `height` pixels high, tight.

    One with a long stem is up to 1.7 times as high; its head keeps its size.
    """
    if form is None:
        form = FORMS[label][int(rng.integers(len(FORMS[label])))]
    knots = form(rng)
    jitter = rng.uniform(0.5, 3.0) / (1 if max(map(len, knots)) < 11 else 2)  # many knots: bumps
    rounding = float(rng.choice([0.0, 0.3, 1.0], p=[0.5, 0.3, 0.2]))
    strokes = [trace(rng, stroke, jitter, rounding) for stroke in knots]
    strokes = bend(rng, strokes, rng.uniform(0.005, 0.04))
    strokes = transform(strokes, hand_matrix(rng, slant=0.14, turn=0.05, narrow=0.18))
    strokes = hook_ends(rng, strokes, 100.0)
    pen = pen_ratio * height
    strokes = fit(strokes, height - pen)
    if label in _STEMMED and rng.random() < 0.22:
        _lengthen(strokes, height / 2, rng.uniform(1.3, 2.4))
    uneven = max(0.0, float(rng.uniform(-0.4, 0.35)))
    return draw_strokes(rng, strokes, pen, uneven, gaps=0.04)


def _lengthen(strokes: Strokes, from_y: float, factor: float) -> None:
    """What lies below `from_y` is drawn out, in place."""
    for stroke in strokes:
        below = stroke[:, 1] > from_y
        stroke[below, 1] = from_y + (stroke[below, 1] - from_y) * np.float32(factor)

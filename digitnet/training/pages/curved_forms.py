"""Programmed forms of the digits without a stem: 0, 2, 3, 5, 6 and 8, as people write them.

A form is a function of a generator that returns knots (see `strokes.trace`) in a box
about 100 high with its top at 0, y down. Its own variation is in the form; what every
hand does (unsteady, slanted, wide or narrow) comes after, in `forms.draw_form`.
"""

import numpy as np
from numpy.random import Generator

from digitnet.training.pages.strokes import Form, Knots, Point

# fmt: off
# Knots stay in rows.


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
    out = rng.uniform(0.6, 1.8)  # of the ellipse: the slash ends within or far beyond it
    x, y = out * rng.uniform(6, 38), out * rng.uniform(30, 48)
    side = -1 if rng.random() < 0.15 else 1
    return [*_zero_closed(rng), [(-side * x, 50 + y), (0, 50), (side * x, 50 - y)]]


def _zero_tailed(rng: Generator) -> Knots:
    """The pen comes from outside, or leaves the round at its top."""
    (round_,) = _zero_overshot(rng) if rng.random() < 0.5 else _zero_closed(rng)
    (x, y), away = round_[-1], rng.uniform(12, 45)
    tail = (x + rng.choice([-1, 1]) * away, y - away * rng.uniform(-0.3, 1.2))
    return [[*round_, tail] if rng.random() < 0.6 else [tail, *round_[::-1]]]


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
    dent = rng.uniform(14, 36) if rng.random() < 0.8 else rng.uniform(36, 48)
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


def _eight_at_once(rng: Generator) -> Knots:
    close = rng.uniform(4, 16)
    return [
        [(48, close), (28, 0), (8, 16), (22, 40), (48, 58), (54, 82), (30, 100), (4, 84),
         (12, 60), (40, 38), (50, 18), (46, close - 4)]
    ]


def _eight_open(rng: Generator) -> Knots:
    """Begun and ended at the top right, without meeting, at times far apart."""
    wide = rng.random() < 0.4
    begin = rng.uniform(10, 30) if wide else rng.uniform(6, 18)
    return [
        [(rng.uniform(44, 60), begin), (30, 0), (10, 14), (22, 40), (48, 60),
         (52, 84), (28, 100), (4, 82), (14, 60), (40, 36),
         (rng.uniform(54, 76), rng.uniform(-12, 10) if wide else 8)]
    ]


def _eight_circles(rng: Generator) -> Knots:
    """A small circle on a larger one; they touch, overlap a little, or stand apart."""
    top, bottom = rng.uniform(17, 25), rng.uniform(24, 31)
    shift = rng.normal(0, 3)

    def circle(x: float, y: float, radius: float) -> list[Point]:
        angles = rng.uniform(-3, 3) + np.linspace(0, rng.uniform(6.1, 6.7), 10)
        xs, ys = x + radius * np.cos(angles), y + radius * np.sin(angles)
        return list(zip(xs.tolist(), ys.tolist(), strict=True))

    return [circle(shift, top, top), circle(0, 2 * top + bottom - rng.uniform(-5, 8), bottom)]


def _eight_crossed(rng: Generator) -> Knots:
    """Two straight lines that cross, closed at the top and the bottom."""
    return [
        [(6, 12), (28, 0), (50, 12), (28, 50), (2, 88), (28, 100), (54, 88), (28, 50), (6, 12),
         (16, 2)]
    ]


# fmt: on

CURVED_FORMS: dict[int, tuple[Form, ...]] = {
    0: (
        _zero_closed,
        _zero_open,
        _zero_overshot,
        _zero_slashed,
        _zero_slashed,
        _zero_slashed,
        _zero_tailed,
    ),
    2: (_two_plain, _two_looped, _two_like_z, _two_waved),
    3: (_three_round, _three_flat, _three_looped),
    5: (_five_at_once, _five_at_once, _five_barred, _five_barred, _five_round, _five_like_root),
    6: (_six_closed, _six_open, _six_curled, _six_straight),
    8: (_eight_at_once, _eight_open, _eight_circles, _eight_crossed),
}

"""Programmed forms of the digits with a stem: 1, 4, 7 and 9, as people write them.

A form is a function of a generator that returns knots (see `strokes.trace`) in a box
about 100 high with its top at 0, y down. Its own variation is in the form; what every
hand does (unsteady, slanted, wide or narrow) comes after, in `forms.draw_form`.
"""

from numpy.random import Generator

from digitnet.training.pages.strokes import Form, Knots, Point

# fmt: off
# Knots stay in rows.


def _one_bare(rng: Generator) -> Knots:
    bow = rng.normal(0, 3 if rng.random() < 0.7 else 9)
    return [[(0, 0), (bow, 50), (0, 100)]]


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
    """The pen turns up again at the foot, round or sharply."""
    up = rng.uniform(8, 28) if rng.random() < 0.6 else rng.uniform(25, 50)
    foot = [(0.0, 100.0), (0.1 * up + rng.uniform(2, 18), 100 - up)]
    if rng.random() < 0.4:
        foot = [(0.0, 100.0), *foot]
    flag = [(-rng.uniform(4, 20), rng.uniform(4, 24)), (0.0, 0.0)] if rng.random() < 0.4 else []
    return [[*flag, (0, 0), (rng.normal(0, 3), 50), (0, 100), *foot]]


def _one_with_foot(rng: Generator) -> Knots:
    foot = [(-rng.uniform(12, 38), 100.0), (0.0, 100.0), (rng.uniform(12, 38), 100.0)]
    return [*_one_flagged(rng), foot]


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
    end = right - rng.uniform(-6, 34)
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


def _seven_in_one(rng: Generator) -> Knots:
    """The pen comes back from the foot and draws the bar before it is lifted."""
    ((*top, end),) = _seven(rng, hook=rng.random() < 0.4, bar=False, curved=rng.normal(0, 3))
    back, at = end[0] - rng.uniform(4, 26), rng.uniform(48, 66)
    bar = [(back, at + 8), (back + 12, at), (back + 12, at), (end[0] + rng.uniform(28, 56), at - 4)]
    return [[*top, end, end, *bar] if rng.random() < 0.6 else [*top, end, (back, 82), *bar]]


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

STEMMED_FORMS: dict[int, tuple[Form, ...]] = {
    1: (
        _one_bare,
        _one_flagged,
        _one_flagged,
        _one_steep,
        _one_with_foot,
        _one_hooked,
        _one_from_the_line,
    ),
    4: (_four_open, _four_closed, _four_crossed, _four_lightning, _four_cup),
    7: (
        _seven_plain,
        _seven_barred,
        _seven_hooked,
        _seven_hooked_barred,
        _seven_curved,
        _seven_in_one,
    ),
    9: (_nine_straight, _nine_curled, _nine_looped, _nine_open, _nine_round),
}

"""Printed lines around and near writing: form boxes, combs, tables, rules, frames.

Everything is a coverage layer float32 [side, side] in 0..1; the tile's maker decides how dark.
"""

from collections.abc import Callable

import numpy as np

from digitnet.training.pages.layer import canvas, coverage, dashes, draw_line, log_uniform, rotation

_CORNERS = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)])


def draw_boxes(
    rng: np.random.Generator,
    side: int,
    centres: np.ndarray,
    size: tuple[float, float],
    angle: float,
    digit_height: float,
    without: frozenset[str] = frozenset(),
) -> np.ndarray:
    """Boxes of one kind around cells, or nothing where every kind is left out.

    centres: float [k, 2], x and y of the cells' middles, pixels. size: width and height of a
    cell, pixels. angle: of the rows, radians. without: names of `BOXES`.
    """
    names = [name for name in BOXES if name not in without]
    if not names or not len(centres):
        return np.zeros((side, side), np.float32)
    weights = np.array([BOXES[name][0] for name in names])
    kind = BOXES[names[int(rng.choice(len(names), p=weights / weights.sum()))]][1]
    width = max(0.7, digit_height * log_uniform(rng, 0.018, 0.11))
    drawing = canvas(side)
    turn = rotation(angle)
    flat = np.asarray(centres, np.float64) @ turn  # to where rows are level
    for points, closed, share in kind(rng, flat, np.array(size, np.float64), width):
        draw_line(drawing, points @ turn.T, width * share, closed=closed)
    return coverage(drawing)


# Points [n, 2] of a line, or [m, n, 2] of m lines, on the level page; whether it is closed;
# its share of the width.
_Line = tuple[np.ndarray, bool, float]


def _rectangles(
    rng: np.random.Generator, centres: np.ndarray, size: np.ndarray, width: float
) -> list[_Line]:
    """Touching, or each apart and drawn with a little unevenness."""
    shrink = 1.0 if rng.random() < 0.5 else rng.uniform(0.8, 1.0)
    shaky = width * 0.3 if rng.random() < 0.2 else 0.0
    return [
        (c + _CORNERS * size * shrink + shaky * rng.standard_normal((4, 2)), True, 1.0)
        for c in centres
    ]


def _rounded(
    rng: np.random.Generator, centres: np.ndarray, size: np.ndarray, width: float
) -> list[_Line]:
    """Round corners; never so round that an empty box looks like a 0."""
    shape = log_uniform(rng, 0.1, 0.4)
    t = np.linspace(0, 2 * np.pi, 33)[:-1]
    outline = np.stack([np.cos(t), np.sin(t)], -1)
    outline = np.sign(outline) * np.abs(outline) ** shape / 2
    shrink = rng.uniform(0.85, 1.05)
    return [(c + outline * size * shrink, True, 1.0) for c in centres]


def _dashed(
    rng: np.random.Generator, centres: np.ndarray, size: np.ndarray, width: float
) -> list[_Line]:
    """Rectangles of dashes or dots."""
    dash = max(1.5, log_uniform(rng, 0.05, 0.2) * size.min())
    lines: list[_Line] = []
    for centre in centres:
        corners = centre + _CORNERS * size
        for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
            lines.append((dashes(start, end, dash), False, 1.0))
    return lines


def _underlined(
    rng: np.random.Generator, centres: np.ndarray, size: np.ndarray, width: float
) -> list[_Line]:
    """Only the bottom line of each cell, with or without gaps."""
    share = 1.0 if rng.random() < 0.3 else rng.uniform(0.6, 0.95)
    edge = np.array([(-0.5 * share, 0.5), (0.5 * share, 0.5)]) * size
    return [(c + edge, False, 1.0) for c in centres]


def _comb(
    rng: np.random.Generator, centres: np.ndarray, size: np.ndarray, width: float
) -> list[_Line]:
    """A bottom line and ticks between the cells."""
    tick = rng.uniform(0.12, 0.7) if rng.random() < 0.8 else 1.0
    comb = np.array([(-0.5, 0.5 - tick), (-0.5, 0.5), (0.5, 0.5), (0.5, 0.5 - tick)]) * size
    return [(c + comb, False, 1.0) for c in centres]


def _double(
    rng: np.random.Generator, centres: np.ndarray, size: np.ndarray, width: float
) -> list[_Line]:
    """Rectangles of two lines."""
    gap = min(width * rng.uniform(2, 4), 0.12 * float(size.min()))
    sizes = (size, size - 2 * gap)
    return [(c + _CORNERS * s, True, 0.7) for c in centres for s in sizes]


def _grid(
    rng: np.random.Generator, centres: np.ndarray, size: np.ndarray, width: float
) -> list[_Line]:
    """A grid: neighbours share a line, lines may stick out, some rows or columns have none."""
    out = log_uniform(rng, 0.01, 3) if rng.random() < 0.5 else 0.0
    low, high = centres.min(0) - size * (0.5 + out), centres.max(0) + size * (0.5 + out)
    axes = rng.choice(["both", "rows", "columns"], p=[0.75, 0.15, 0.1])
    thick_frame = rng.uniform(1, 3) if rng.random() < 0.3 else 1.0
    lines: list[_Line] = []
    for axis, name in ((0, "columns"), (1, "rows")):
        if axes not in ("both", name):
            continue
        edges = np.concatenate(
            [centres[:, axis] - size[axis] / 2, centres[:, axis] + size[axis] / 2]
        )
        edges = np.sort(edges)
        # Two cells' edges that nearly meet are one line.
        edges = edges[np.diff(edges, prepend=-np.inf) > 0.12 * size[axis]]
        for i, edge in enumerate(edges):
            ends = np.stack([low, high])
            ends[:, axis] = edge
            lines.append((ends, False, thick_frame if i in (0, len(edges) - 1) else 1.0))
    return lines


_Kind = Callable[[np.random.Generator, np.ndarray, np.ndarray, float], list[_Line]]
# How often each kind of box is drawn, and its lines.
BOXES: dict[str, tuple[float, _Kind]] = {
    "rectangles": (0.3, _rectangles),
    "grid": (0.3, _grid),
    "comb": (0.12, _comb),
    "rounded": (0.08, _rounded),
    "dashed": (0.07, _dashed),
    "underlined": (0.07, _underlined),
    "double": (0.06, _double),
}


def draw_rules(
    rng: np.random.Generator,
    side: int,
    digit_height: float,
    angle: float,
    places: np.ndarray | None = None,
    without: frozenset[str] = frozenset(),
) -> np.ndarray:
    """One to three free lines near writing: long rules, underlines, sum bars, frames, rings.

    places: float [k, 2], middles of digits that lines may run close to; none: anywhere.
    without: names of `RULES`.
    """
    names = [name for name in RULES if name not in without]
    if places is None or not len(places):  # a ring around nothing is a 0
        names = [name for name in names if name != "ring"]
    drawing = canvas(side)
    turn = rotation(angle + rng.normal(0, 0.04))
    for _ in range(int(rng.integers(1, 4)) if names else 0):
        if places is None or not len(places):
            place = rng.uniform(0.05, 0.95, 2) * side
        else:
            place = np.asarray(places[int(rng.integers(len(places)))], np.float64)
        width = max(0.7, digit_height * log_uniform(rng, 0.02, 0.16))
        weights = np.array([RULES[name][0] for name in names])
        kind = RULES[names[int(rng.choice(len(names), p=weights / weights.sum()))]][1]
        for points in kind(rng, side, digit_height):
            draw_line(drawing, place + points @ turn.T, width)
    return coverage(drawing)


def _long(rng: np.random.Generator, side: int, h: float) -> list[np.ndarray]:
    """A line right across the tile, level or upright, beside or through the writing."""
    offset = h * rng.choice([-1, 1]) * rng.uniform(0.45, 1.2)
    line = np.array([(-1.5 * side, offset), (1.5 * side, offset)])
    return [line if rng.random() < 0.65 else line[:, ::-1]]


def _underline(rng: np.random.Generator, side: int, h: float) -> list[np.ndarray]:
    """Under a number, by hand or by ruler; sometimes twice, as under a sum."""
    left, right = h * log_uniform(rng, 0.4, 4), h * log_uniform(rng, 0.4, 4)
    t = np.linspace(0, 1, 6)
    shaky = h * rng.choice([0.0, rng.uniform(0, 0.06)])
    y = h * rng.uniform(0.5, 0.95) + h * rng.normal(0, 0.08) * t + shaky * rng.standard_normal(6)
    line = np.stack([-left + t * (left + right), y], -1)
    return (
        [line, line + np.array((0, h * rng.uniform(0.12, 0.3)))] if rng.random() < 0.25 else [line]
    )


def _upright(rng: np.random.Generator, side: int, h: float) -> list[np.ndarray]:
    """A short upright line, much like a 1, but longer than the writing is high."""
    x = h * rng.choice([-1, 1]) * rng.uniform(0.5, 0.9)
    return [np.array([(x, -h * rng.uniform(1.4, 4)), (x, h * rng.uniform(1.4, 4))])]


def _frame(rng: np.random.Generator, side: int, h: float) -> list[np.ndarray]:
    """A frame around the writing, mostly cut off by the tile's edge."""
    left, top, right, bottom = (h * log_uniform(rng, 0.7, 8) for _ in range(4))
    outline = np.array(
        [(-left, -top), (right, -top), (right, bottom), (-left, bottom), (-left, -top)]
    )
    return [outline]


def _ring(rng: np.random.Generator, side: int, h: float) -> list[np.ndarray]:
    """A loop by hand around a digit, as answers are marked."""
    t = np.linspace(0, 2 * np.pi * rng.uniform(0.95, 1.15), 40)
    radius = h * rng.uniform(0.85, 1.6, 2)
    wobble = 1 + 0.06 * np.sin(2 * t + rng.uniform(0, 6)) + rng.uniform(-0.1, 0.1) * t / 6
    return [np.stack([np.cos(t), np.sin(t)], -1) * radius * wobble[:, None]]


_Rule = Callable[[np.random.Generator, int, float], list[np.ndarray]]
# How often each kind of free line is drawn, and its points about a place in the writing.
RULES: dict[str, tuple[float, _Rule]] = {
    "long": (0.4, _long),
    "underline": (0.3, _underline),
    "upright": (0.1, _upright),
    "frame": (0.2, _frame),
    "ring": (0.08, _ring),
}

"""Scribbles and crossings-out: ink that means nothing."""

import numpy as np
from numpy.random import Generator

from digitnet.training.pages.strokes import Ink, Stroke, Strokes, draw_strokes, smooth


def draw_scribble(rng: Generator, size: float, pen: float) -> Ink:
    """A doodle about `size` pixels large by a pen `pen` pixels wide: ink uint8 [H, W], tight."""
    kind = rng.random()
    if kind < 0.18:
        strokes = [_wander(rng) for _ in range(rng.integers(1, 3))]
    elif kind < 0.5:
        strokes = [_roam(rng) for _ in range(rng.integers(1, 3))]
    elif kind < 0.64:
        strokes = [_zigzag(rng, rng.uniform(0.2, 1.2))]
    elif kind < 0.75:
        strokes = [_coil(rng)]
    elif kind < 0.86:
        strokes = [_spiral(rng)]
    else:  # lines across each other
        ends = rng.uniform(0, 1, (rng.integers(4, 9), 2, 2)).astype(np.float32)
        strokes = list(ends)
    return draw_strokes(rng, _scaled(strokes, size), pen, max(0.0, rng.uniform(-0.3, 0.3)))


def draw_crossing_out(rng: Generator, width: float, height: float, pen: float) -> Ink:
    """What strikes out something `width` by `height` pixels large, to be laid over it.

    Lines along it, a cross, a zigzag or a coil: ink uint8 [H, W], tight.
    """
    kind = rng.random()
    if kind < 0.3:
        count = rng.integers(1, 4)
        heights = rng.uniform(0.3, 0.7, (count, 1)) + rng.normal(0, 0.05, (count, 3))
        strokes = [np.stack([np.array([-0.1, 0.5, 1.1]), row], 1) for row in heights]
        strokes = [smooth(stroke.astype(np.float32)) for stroke in strokes]
    elif kind < 0.5:
        cross = np.array([[[0, 0], [1, 1]], [[1, 0], [0, 1]]])
        strokes = list((cross + rng.normal(0, 0.08, cross.shape)).astype(np.float32))
    else:
        strokes = [_zigzag(rng, 1.0) if kind < 0.8 else _coil(rng)]
        low, side = strokes[0].min(axis=0), np.ptp(strokes[0], axis=0)
        strokes = [(strokes[0] - low) / np.maximum(side, 1e-3)]
    scale = np.array([width, height], np.float32)
    return draw_strokes(rng, [stroke * scale for stroke in strokes], pen)


def _scaled(strokes: Strokes, size: float) -> Strokes:
    side = float(np.ptp(np.concatenate(strokes), axis=0).max())
    return [stroke * np.float32(size / max(side, 1e-3)) for stroke in strokes]


def _wander(rng: Generator) -> Stroke:
    """A line without aim; a short one might be a digit."""
    knots = np.cumsum(rng.normal(0, 1, (rng.integers(8, 18), 2)), axis=0)
    return smooth((rng.normal(0, 1, 2) + knots).astype(np.float32), 10)


def _roam(rng: Generator) -> Stroke:
    """A line that bends now more, now less, to either side: a doodle, a flourish, a signature.

    Two rounds in all at least: its loops look like those of digits, the whole does not.
    """
    bends, steps = int(rng.integers(10, 40)), 14
    at = np.linspace(0, bends - 1, bends * steps)
    turns = np.zeros(len(at))
    while np.abs(turns).sum() < 4 * np.pi or turns.min() >= 0 or turns.max() <= 0:
        strengths = rng.normal(rng.normal(0, 0.08), rng.uniform(0.1, 0.35), bends)
        turns = np.interp(at, np.arange(bends), strengths)  # radians a step
    heading = np.cumsum(turns)
    way = np.cumsum(np.stack([np.cos(heading), np.sin(heading)], axis=1), axis=0)
    return way.astype(np.float32)


def _zigzag(rng: Generator, high: float) -> Stroke:
    """To and fro while moving on: how people blacken a word."""
    count = int(rng.integers(6, 24))
    x = np.linspace(0, 1, count) + rng.normal(0, 0.3 / count, count)
    y = np.where(np.arange(count) % 2, high, 0) + rng.normal(0, 0.08 * high, count)
    stroke = np.stack([x, y], axis=1).astype(np.float32)
    return smooth(stroke, 6) if rng.random() < 0.6 else stroke


def _coil(rng: Generator) -> Stroke:
    """Loops in a row, as of a spring: four at least, less might be a digit."""
    loops, radius = rng.uniform(4, 12), rng.uniform(0.1, 0.4)
    t = np.linspace(0, loops, int(loops * 14))
    x = t / loops + radius * np.cos(2 * np.pi * t) * rng.uniform(0.4, 1)
    y = radius * np.sin(2 * np.pi * t) * (1 + 0.3 * np.sin(t * rng.uniform(0.5, 3)))
    return np.stack([x, y], axis=1).astype(np.float32)


def _spiral(rng: Generator) -> Stroke:
    """A ball of wool: rounds over each other, three at least."""
    turns = rng.uniform(3, 9)
    t = np.linspace(0, turns, int(turns * 14))
    radius = rng.uniform(0.15, 0.6) + (t / turns) * rng.uniform(0.4, 1)
    sway = rng.normal(0, 0.12, 2)[:, None] * np.sin(t * rng.uniform(0.5, 2.5))
    x, y = radius * np.cos(2 * np.pi * t), radius * np.sin(2 * np.pi * t) * rng.uniform(0.4, 1)
    return np.stack([x + sway[0], y + sway[1]], axis=1).astype(np.float32)

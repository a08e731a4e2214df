"""Handwritten signs that stand between digits, as ink: sums, dates, amounts, times."""

import cv2
import numpy as np
from numpy.random import Generator
from photograph import Ink

# Strokes in a box one digit high, y down from its top, 1 at the baseline.
SIGNS: dict[str, list[list[tuple[float, float]]]] = {
    "+": [[(0, 0.6), (0.6, 0.58)], [(0.3, 0.28), (0.29, 0.9)]],
    "-": [[(0, 0.58), (0.5, 0.55)]],
    "=": [[(0, 0.45), (0.55, 0.43)], [(0.02, 0.7), (0.56, 0.69)]],
    "x": [[(0, 0.4), (0.45, 0.9)], [(0.45, 0.38), (0, 0.92)]],
    "/": [[(0.4, 0), (0, 1.05)]],
    ".": [[(0, 0.97), (0.02, 0.98)]],
    ",": [[(0.08, 0.9), (0.09, 1.0), (0, 1.18)]],
    ":": [[(0, 0.45), (0.02, 0.46)], [(0, 0.9), (0.02, 0.91)]],
    "(": [[(0.22, -0.05), (0.05, 0.25), (0, 0.5), (0.06, 0.8), (0.22, 1.1)]],
    ")": [[(0, -0.05), (0.17, 0.25), (0.22, 0.5), (0.16, 0.8), (0, 1.1)]],
    "%": [
        [(0.6, 0), (0, 1)],
        [(0.1, 0.05), (0.22, 0.15), (0.12, 0.3), (0.0, 0.18), (0.1, 0.05)],
        [(0.5, 0.7), (0.62, 0.82), (0.52, 0.98), (0.4, 0.84), (0.5, 0.7)],
    ],
    "$": [
        [(0.5, 0.2), (0.25, 0.08), (0.05, 0.25), (0.45, 0.68), (0.25, 0.92), (0, 0.8)],
        [(0.27, -0.08), (0.23, 1.08)],
    ],
}
# A slash or a bracket can be a one to anybody: half as often as the others.
_OFTEN = np.array([0.5 if name in "/()" else 1.0 for name in SIGNS])
_FINE = 4  # samples to a pixel while a sign is drawn


def sign(random: Generator, height: float, pen: float) -> tuple[Ink, float]:
    """Some sign, cut tight, and how far it reaches below the baseline (negative: above).

    height: of a digit beside it, pixels; pen: stroke width in 20ths of that.
    """
    name = str(random.choice([*SIGNS], p=_OFTEN / _OFTEN.sum()))
    unit = height * _FINE
    width = max(pen * unit / 20, _FINE)
    size = random.uniform(0.8, 1.15)
    strokes = [np.array(points) for points in SIGNS[name]]
    strokes = [s * size + random.normal(0, 0.02, s.shape) + [0, 1 - size] for s in strokes]
    every = np.concatenate(strokes)
    least = every.min(axis=0) * unit - width
    shape = np.ceil(np.ptp(every, axis=0) * unit + 2 * width).astype(int)
    canvas = np.zeros(np.maximum(shape, _FINE)[::-1], np.float32)
    for stroke in strokes:
        points = np.rint(16 * (stroke * unit - least)).astype(np.int32)
        cv2.polylines(canvas, [points], False, 1.0, max(1, round(width)), cv2.LINE_AA, shift=4)
    to = tuple(max(2, round(side / _FINE)) for side in canvas.shape[::-1])
    ink = np.clip(cv2.resize(canvas, to, interpolation=cv2.INTER_AREA), 0, 1)
    return ink, float(least[1] + canvas.shape[0]) / _FINE - height

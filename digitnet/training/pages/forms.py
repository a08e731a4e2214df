"""Programmed forms of each digit."""

import numpy as np
from numpy.random import Generator

from digitnet.training.pages.strokes import Ink, bend, draw_strokes, fit, smooth


def draw_form(rng: Generator, label: int, pen_ratio: float, height: int) -> Ink:
    paths = {
        0: [(50, 10), (30, 30), (30, 70), (50, 90), (70, 70), (70, 30), (50, 10)],
        1: [(30, 30), (50, 10), (50, 90)],
        2: [(28, 28), (48, 10), (68, 28), (26, 90), (74, 90)],
        3: [(28, 12), (68, 12), (46, 42), (70, 66), (50, 90), (28, 82)],
        4: [(62, 92), (62, 10), (22, 62), (80, 62)],
        5: [(68, 12), (34, 12), (32, 44), (56, 42), (70, 64), (54, 90), (28, 82)],
        6: [(62, 10), (36, 50), (34, 72), (50, 90), (66, 72), (50, 54), (34, 70)],
        7: [(25, 12), (72, 12), (45, 90)],
        8: [(66, 24), (50, 10), (34, 26), (66, 70), (50, 90), (34, 70), (66, 26), (64, 22)],
        9: [(66, 30), (50, 12), (32, 30), (50, 48), (66, 30), (66, 90)],
    }
    points = np.array(paths[label], np.float32)
    pen = pen_ratio * height
    strokes = fit(bend(rng, [smooth(points)], 0.03), height - pen)
    return draw_strokes(rng, strokes, pen)

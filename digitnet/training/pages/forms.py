"""Programmed forms of each digit, as people write them in different countries.

The forms themselves stand in `curved_forms` and `stemmed_forms`; here they are drawn.
"""

import numpy as np
from numpy.random import Generator

from digitnet.training.pages.curved_forms import CURVED_FORMS
from digitnet.training.pages.stemmed_forms import STEMMED_FORMS
from digitnet.training.pages.strokes import (
    Form,
    Ink,
    Strokes,
    bend,
    draw_strokes,
    fit,
    hand_matrix,
    hook_ends,
    trace,
    transform,
)

FORMS: dict[int, tuple[Form, ...]] = dict(sorted((CURVED_FORMS | STEMMED_FORMS).items()))


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
    if label in STEMMED_FORMS and rng.random() < 0.22:  # reaches far below the line
        _lengthen(strokes, height / 2, rng.uniform(1.3, 2.4))
    uneven = max(0.0, float(rng.uniform(-0.4, 0.35)))
    return draw_strokes(rng, strokes, pen, uneven, gaps=0.04)


def _lengthen(strokes: Strokes, from_y: float, factor: float) -> None:
    """What lies below `from_y` is drawn out, in place."""
    for stroke in strokes:
        below = stroke[:, 1] > from_y
        stroke[below, 1] = from_y + (stroke[below, 1] - from_y) * np.float32(factor)

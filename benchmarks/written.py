"""Pen strokes of other people, drawn as small pictures."""

from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

SIDE = 64  # pixels, as the digits from tablets have
_MARGIN = 9
_PEN = 3.0
_FINE = 4  # samples to a pixel while strokes are drawn


def drawn_characters(path: Path) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """All characters of a file of strokes with a medium pen, dark on white, and their labels.

    path: an .npz of points, strokes, characters and labels. Returns uint8 [N, 64, 64] and [N].
    """
    with np.load(path) as arrays:
        points, strokes = arrays["points"].astype(np.float32), arrays["strokes"]
        characters, labels = arrays["characters"], arrays["labels"]
    images = []
    for first, last in pairwise(characters):
        ends = strokes[first : last + 1]
        images.append(_drawn([points[a:b] for a, b in pairwise(ends)]))
    return np.stack(images), labels


def _drawn(strokes: list[NDArray[np.float32]]) -> NDArray[np.uint8]:
    every = np.concatenate(strokes)
    low, span = every.min(axis=0), np.ptp(every, axis=0)
    scale = (SIDE - 2 * _MARGIN) / max(float(span.max()), 1)
    offset = (SIDE - span * scale) / 2
    canvas = np.full((SIDE * _FINE, SIDE * _FINE), 255, np.uint8)
    for stroke in strokes:
        path = np.rint(16 * _FINE * ((stroke - low) * scale + offset)).astype(np.int32)
        cv2.polylines(canvas, [path], False, 0, round(_PEN * _FINE), cv2.LINE_AA, shift=4)
    return cv2.resize(canvas, (SIDE, SIDE), interpolation=cv2.INTER_AREA)

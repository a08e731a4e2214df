"""Pen strokes: stored ones, and how strokes are bent, slanted and drawn with a pen.

A character is a list of strokes; a stroke is float32 [n, 2] (x to the right, y down),
where the pen went from its setting down to its lifting. Ink is uint8 [H, W], 255 where
it covers a pixel wholly, cut tight.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from digitnet.errors import DataError

Point = tuple[float, float]
Stroke = NDArray[np.float32]
Strokes = list[Stroke]
Ink = NDArray[np.uint8]
Knots = list[list[Point]]  # a character's strokes as the few points that `trace` goes through
Form = Callable[[Generator], Knots]

SHIPPED = Path(__file__).resolve().parent.parent / "hands"
INKED = 77  # 30 % of a pixel covered: less is the pen's soft edge, and no part of the box
_HOOKED = 0.12  # share of ends
_FINE = 2  # ink is drawn twice as large and made smaller: OpenCV's pens are whole pixels wide


@dataclass(frozen=True)
class StrokeSet:
    """Characters as strokes.

    points: float32 [P, 2]; strokes: int [S + 1], where each stroke begins in `points`;
    characters: int [N + 1], where each character begins in `strokes`; labels: [N].
    """

    points: NDArray[np.float32]
    strokes: NDArray[np.integer]
    characters: NDArray[np.integer]
    labels: NDArray[np.generic]

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> Strokes:
        bounds = self.strokes[self.characters[index] : self.characters[index + 1] + 1]
        return [self.points[a:b] for a, b in pairwise(bounds)]


def load_strokes(name: str) -> StrokeSet:
    """A shipped set: "pendigits-train" (labels 0 to 9) or "omniglot" ("alphabet/character").

    Raises:
        DataError: there is no such file, or it holds something else.
    """
    path = SHIPPED / f"{name}.npz"
    try:
        with np.load(path) as arrays:
            labels = arrays["labels" if "labels" in arrays else "names"]
            points = arrays["points"].astype(np.float32)
            return StrokeSet(points, arrays["strokes"], arrays["characters"], labels)
    except (OSError, KeyError, ValueError) as error:
        raise DataError(f"{path}: no stroke set ({error}); install digitnet anew") from error


def smooth(points: Stroke, steps: int = 8) -> Stroke:
    """A Catmull-Rom curve through the points, `steps` pieces between two of them."""
    ends = np.concatenate([2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]])
    a, b, c, d = (ends[i : len(ends) - 3 + i, None] for i in range(4))
    t = np.linspace(0, 1, steps, endpoint=False, dtype=np.float32)[:, None]
    curve = b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
    return np.concatenate([curve.reshape(-1, 2), points[-1:]])


def trace(rng: Generator, knots: list[Point], jitter: float, rounding: float) -> Stroke:
    """The curve that a hand makes of knots: each somewhat elsewhere, a corner perhaps round.

    knots: where the pen passes; one that is written twice in a row is a corner. jitter:
    deviation of a knot's place. rounding: how likely a corner becomes a curve.
    """
    places = np.array(knots, np.float32)
    again = np.flatnonzero((places[1:] == places[:-1]).all(axis=1))
    places = np.delete(places, again + 1, axis=0)
    corners = again - np.arange(len(again))
    corners = corners[rng.random(len(corners)) >= rounding]
    places += rng.normal(0, jitter, places.shape).astype(np.float32)
    bounds = [0, *corners.tolist(), len(places) - 1]
    return np.concatenate([smooth(places[a : b + 1]) for a, b in pairwise(bounds)])


def fit(strokes: Strokes, height: float) -> Strokes:
    """Moved to begin at 0, 0 and scaled to `height`; one that lies flat, to its width."""
    points = np.concatenate(strokes)
    low = points.min(axis=0)
    width, tall = np.ptp(points, axis=0)
    scale = height / max(float(tall), 0.45 * float(width), 1e-3)
    return [(stroke - low) * np.float32(scale) for stroke in strokes]


def bend(rng: Generator, strokes: Strokes, amount: float) -> Strokes:
    """As another hand would write it: each point moved by a smooth random field.

    amount: deviation of the move, as a share of the character's larger side. The field
    is a sum of waves, the longest twice and the shortest two thirds as long as that side.
    """
    points = np.concatenate(strokes)
    low, side = points.min(axis=0), max(float(np.ptp(points, axis=0).max()), 1e-3)
    frequencies = rng.uniform(-1, 1, (2, 5)) * (2 * np.pi * 1.1)
    waves = np.sin((points - low) / side @ frequencies + rng.uniform(0, 2 * np.pi, 5))
    weights = rng.standard_normal((5, 2)) * (amount * side * 0.63)  # a wave's mean square is 1/2
    moved = (points + waves @ weights).astype(np.float32)
    return np.split(moved, np.cumsum([len(stroke) for stroke in strokes])[:-1])


def hook_ends(rng: Generator, strokes: Strokes, height: float) -> Strokes:
    """Strokes with the small hooks that a pen draws as it is set down or lifted, now and then."""
    hooked = []
    for stroke in strokes:
        for end in (0, -1):
            if rng.random() < _HOOKED and len(stroke) > 2:
                angle, length = rng.uniform(0, 2 * np.pi), height * rng.uniform(0.03, 0.14)
                off = np.array([np.cos(angle), np.sin(angle)]) * length
                tip = (stroke[end] + off).astype(np.float32)[None]
                stroke = np.concatenate([tip, stroke] if end == 0 else [stroke, tip])
        hooked.append(stroke)
    return hooked


def transform(strokes: Strokes, matrix: NDArray[np.floating]) -> Strokes:
    """Every point multiplied by a 2x2 matrix."""
    turned = matrix.T.astype(np.float32)
    return [stroke @ turned for stroke in strokes]


def hand_matrix(rng: Generator, slant: float, turn: float, narrow: float) -> NDArray[np.float64]:
    """A writer's slant, turn (radians) and width: deviations of each, drawn anew."""
    angle, shear, ratio = rng.normal(0, turn), rng.normal(0, slant), np.exp(rng.normal(0, narrow))
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return rotation @ np.array([[ratio, -shear], [0, 1]])


def tight(ink: Ink) -> Ink:
    """Cut to what is inked; a picture without ink stays whole."""
    x, y, w, h = cv2.boundingRect((ink > INKED).astype(np.uint8))
    return np.ascontiguousarray(ink[y : y + h, x : x + w]) if w else ink


def fade(rng: Generator, ink: Ink) -> Ink:
    """Ink of a pen that hardly wrote in places: down to 40 % of its darkness there."""
    strength = rng.uniform(0.4, 1.2, (4, 3)).astype(np.float32)
    field = cv2.resize(strength, ink.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return (ink * np.minimum(field, 1)).astype(np.uint8)


def draw_strokes(
    rng: Generator, strokes: Strokes, pen: float, uneven: float = 0.0, gaps: float = 0.0
) -> Ink:
    """Ink of strokes in pixels, by a pen `pen` pixels wide.

    uneven: how far the width swings along a stroke, as a share of it (0 a fibre pen,
    0.4 a brush). gaps: how likely each stroke has a place where the pen did not write.
    """
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    margin = pen * (1 + uneven) / 2 + 3
    shift = rng.uniform(0, 1, 2) + margin - low  # where in a pixel the ink begins is chance
    width, height = np.ceil(high - low + 2 * margin + 1).astype(int)
    canvas = np.zeros((height * _FINE, width * _FINE), np.uint8)
    for stroke in strokes:
        path = np.rint((stroke + shift) * (_FINE * 8)).astype(np.int32)
        swing = _swing(rng, len(path), uneven) if uneven else None
        for first, last in _pieces(rng, len(path), gaps):
            _draw_path(canvas, path[first:last], pen * _FINE, swing and swing[first:last])
    return tight(cv2.resize(canvas, (width, height), interpolation=cv2.INTER_AREA))


def _swing(rng: Generator, count: int, uneven: float) -> list[float]:
    """A smooth factor of the pen's width for each of `count` points."""
    t = np.linspace(0, 1, count)
    wave = np.sin(t * rng.uniform(2, 12) + rng.uniform(0, 2 * np.pi))
    return (1 + uneven * wave).tolist()


def _pieces(rng: Generator, count: int, gaps: float) -> list[tuple[int, int]]:
    """The stroke whole, or in two with up to a twelfth of it missing between."""
    if count < 12 or rng.random() >= gaps:
        return [(0, count)]
    first = int(rng.integers(count // 6, count - count // 4))
    return [(0, first), (first + max(2, int(count * rng.uniform(0.03, 0.08))), count)]


def _draw_path(
    canvas: Ink, path: NDArray[np.int32], width: float, swing: list[float] | None
) -> None:
    if not len(path):
        return
    if swing is None:
        cv2.polylines(canvas, [path], False, 255, _thickness(width), cv2.LINE_AA, 3)
        return
    widths = [_thickness(width * factor) for factor in swing]
    start = 0
    for at in range(1, len(path) + 1):  # neighbours of one width are drawn in one go
        if at == len(path) or widths[at] != widths[start]:
            cv2.polylines(canvas, [path[start : at + 1]], False, 255, widths[start], cv2.LINE_AA, 3)
            start = at


def _thickness(width: float) -> int:
    """OpenCV's thickness for a smooth line `width` pixels wide: its lines come out wider.

    Measured: thickness 1 is 1.35 wide; an even thickness t is t + 1.43, an odd one t + 2.43.
    """
    return 1 if width < 2.4 else max(2, 2 * round((width - 1.43) / 2))

"""What the stages of a page draw on: coverage layers, random fields, half planes.

A layer is float32 [side, side] in 0..1. Lines are drawn at twice the size in 8 bits, because
OpenCV smooths edges of 8-bit lines only, and are then made smaller.
"""

from functools import cache

import cv2
import numpy as np

FINE = 2  # a canvas is so many times as large as its layer: line widths in steps of 0.5 pixels
_SUBPIXEL = 4  # bits after the point in OpenCV's drawing coordinates
# A smoothed line of OpenCV is so many pixels wider than asked for; one of thickness 1 is the
# thinnest, pixels of the layer. Both measured.
_SMOOTHED = 1.7
_THINNEST = 0.7
_FAR = 4096.0  # lines that leave a tile are cut here; OpenCV's integers overflow further out


def log_uniform(rng: np.random.Generator, low: float, high: float) -> float:
    """A number between low and high, as often in each octave."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def rotation(angle: float) -> np.ndarray:
    """float64 [2, 2]: turns points (x, y) by angle (radians); x goes towards y."""
    cos, sin = np.cos(angle), np.sin(angle)
    return np.array([[cos, -sin], [sin, cos]])


@cache
def coordinates(side: int) -> tuple[np.ndarray, np.ndarray]:
    """x and y of each pixel's middle from the tile's middle, float32 [side, side]."""
    line = np.arange(side, dtype=np.float32) + 0.5 - side / 2
    x, y = np.meshgrid(line, line)
    x.flags.writeable = y.flags.writeable = False
    return x, y


def field(rng: np.random.Generator, side: int, rows: int, columns: int | None = None) -> np.ndarray:
    """Smooth noise float32 [side, side], mean about 0, deviation about 0.7, so many cells."""
    coarse = rng.standard_normal((rows, columns or rows), np.float32)
    return cv2.resize(coarse, (side, side), interpolation=cv2.INTER_CUBIC)


def grain(rng: np.random.Generator, side: int, size: float) -> np.ndarray:
    """Noise float32 [side, side] of deviation about 1 whose grains are `size` pixels large."""
    cells = max(2, round(side / max(1.0, size)))
    noise = rng.standard_normal((cells, cells), np.float32)
    return cv2.resize(noise, (side, side), interpolation=cv2.INTER_LINEAR)


def half_plane(side: int, angle: float, distance: float, soft: float) -> np.ndarray:
    """A layer: 1 beyond a straight edge `distance` pixels from the middle, towards `angle`.

    soft: over how many pixels the edge goes from 0 to 1.
    """
    x, y = coordinates(side)
    away = x * np.float32(np.cos(angle)) + y * np.float32(np.sin(angle))
    return np.clip((away - distance) / max(soft, 0.5) + 0.5, 0, 1, dtype=np.float32)


def canvas(side: int) -> np.ndarray:
    """An empty drawing for lines, uint8 [FINE * side, FINE * side]; `coverage` makes a layer."""
    return np.zeros((side * FINE, side * FINE), np.uint8)


def coverage(drawing: np.ndarray) -> np.ndarray:
    """The layer float32 [side, side] in 0..1 of a canvas."""
    side = drawing.shape[0] // FINE
    small = cv2.resize(drawing, (side, side), interpolation=cv2.INTER_AREA)
    return np.multiply(small, np.float32(1 / 255))


def draw_line(
    drawing: np.ndarray,
    points: np.ndarray,
    width: float,
    *,
    closed: bool = False,
    strength: float = 1.0,
) -> None:
    """Draws a line through points [k, 2], or m lines [m, k, 2], into a canvas.

    points: x, y in the layer's pixels, the tile's corner at 0. width: the layer's pixels.
    """
    fine = np.clip(np.asarray(points, np.float64) * FINE - 0.5, -_FAR, _FAR)
    thickness = max(1, round(width * FINE - _SMOOTHED))
    faint = min(1.0, width / _THINNEST)  # thinner than can be drawn: fainter
    ways = np.int32(np.rint(fine * (1 << _SUBPIXEL))).reshape(-1, fine.shape[-2], 2)
    tone = 255 * strength * faint
    cv2.polylines(drawing, list(ways), closed, tone, thickness, cv2.LINE_AA, _SUBPIXEL)


def dashes(start: np.ndarray, end: np.ndarray, dash: float) -> np.ndarray:
    """The line from start [2] to end [2] in dashes `dash` long and as far apart: [m, 2, 2]."""
    length = float(np.linalg.norm(end - start))
    starts = np.arange(0, length, 2 * dash)
    ends = np.minimum(starts + dash, length)
    shares = np.stack([starts, ends], axis=1)[..., None] / max(length, 1e-9)
    return np.asarray(start + (end - start) * shares)


def fill(drawing: np.ndarray, outlines: np.ndarray) -> None:
    """Fills outlines [m, k, 2] (x, y in the layer's pixels) that do not overlap in a canvas."""
    fine = np.clip(np.asarray(outlines, np.float64) * FINE - 0.5, -_FAR, _FAR)
    corners = np.rint(fine * (1 << _SUBPIXEL)).astype(np.int32)
    cv2.fillPoly(drawing, list(corners), 255, cv2.LINE_AA, _SUBPIXEL)


def turned(layer: np.ndarray, angle: float) -> np.ndarray:
    """The layer turned about its middle; what comes in from outside repeats its edge's mirror."""
    middle = (layer.shape[1] / 2 - 0.5, layer.shape[0] / 2 - 0.5)
    matrix = cv2.getRotationMatrix2D(middle, -np.degrees(angle), 1.0)
    size = (layer.shape[1], layer.shape[0])
    return cv2.warpAffine(layer, matrix, size, borderMode=cv2.BORDER_REFLECT)

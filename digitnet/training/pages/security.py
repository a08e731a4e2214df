"""Security print as on cheques and banknotes, and the rasters of cheap printing."""

from collections.abc import Callable

import cv2
import numpy as np

from digitnet.training.pages.layer import (
    canvas,
    coordinates,
    coverage,
    draw_line,
    field,
    half_plane,
    log_uniform,
    rotation,
    turned,
)
from digitnet.training.pages.small_print import small_print


def security_print(rng: np.random.Generator, side: int, digit_height: float) -> np.ndarray:
    """One of `PRINTS`, a layer float32 [side, side] in 0..1."""
    weights = np.array([weight for weight, _ in PRINTS])
    kind = PRINTS[int(rng.choice(len(PRINTS), p=weights / weights.sum()))][1]
    return kind(rng, side, digit_height)


def _contours(rng: np.random.Generator, side: int, digit_height: float) -> np.ndarray:
    """Lines of equal height of a smooth field, as on a map."""
    height = field(rng, side, int(rng.integers(3, 9)))
    x, y = coordinates(side)
    a = rng.uniform(0, 2 * np.pi)
    height += (x * np.cos(a) + y * np.sin(a)) * np.float32(rng.uniform(0, 0.02))
    phase = height * np.float32(rng.uniform(8, 28))
    wave = np.sin(phase)
    if rng.random() < 0.4:  # wide where the field is flat
        return np.clip((wave - np.float32(rng.uniform(0.2, 0.85))) * 4, 0, 1)
    steep = np.hypot(*(cv2.Sobel(phase, cv2.CV_32F, *way, scale=1 / 8) for way in ((1, 0), (0, 1))))
    away = np.abs(wave) / np.maximum(steep, 1e-3)  # pixels to the nearest line, near it
    return np.clip(np.float32(rng.uniform(0.5, 1.3)) - away, 0, 1)


def _waves(rng: np.random.Generator, side: int, digit_height: float) -> np.ndarray:
    """Two families of fine waves that cross."""
    u = np.linspace(-0.75, 0.75, 60) * side
    drawing = canvas(side)
    for _ in range(2):
        pitch, swing = rng.uniform(4, 16), rng.uniform(2, 25)
        period, drift = rng.uniform(15, 120), rng.uniform(-0.3, 0.3)
        turn = rotation(rng.uniform(0, np.pi))
        for i, v in enumerate(np.arange(-0.7 * side, 0.7 * side, pitch)):
            wave = np.stack([u, v + swing * np.sin(u * 2 * np.pi / period + drift * i)], -1)
            draw_line(drawing, wave @ turn.T + side / 2, 0.5)
    return coverage(drawing)


def _woven(rng: np.random.Generator, side: int, digit_height: float) -> np.ndarray:
    """A small random pattern, repeated: raster dots, crosses, weave."""
    high, wide = rng.integers(3, 13, 2)
    tile = (rng.random((high, wide)) < rng.uniform(0.2, 0.6)).astype(np.float32)
    size = -(-side // np.array(tile.shape))
    layer = np.tile(tile, size)[:side, :side]
    layer = cv2.GaussianBlur(layer, (0, 0), rng.uniform(0.4, 1.2))
    return turned(layer, rng.choice([0, np.pi / 4, rng.uniform(0, np.pi)]))


def _micro_text(rng: np.random.Generator, side: int, digit_height: float) -> np.ndarray:
    height = min(9.0, digit_height * rng.uniform(0.12, 0.3))
    return small_print(rng, side, max(2.5, height), rng.uniform(-0.8, 0.8), 1.3)


def _band(rng: np.random.Generator, side: int, digit_height: float) -> np.ndarray:
    """A band of colour across, hard or soft."""
    width, soft = rng.uniform(0.1, 0.5) * side, log_uniform(rng, 1, 60)
    a, start = rng.uniform(0, 2 * np.pi), rng.uniform(-0.4, 0.4) * side
    band = half_plane(side, a, start, soft) - half_plane(side, a, start + width, soft)
    return np.asarray(band, np.float32)


# How often each print is taken.
PRINTS: list[tuple[float, Callable[[np.random.Generator, int, float], np.ndarray]]] = [
    (0.35, _contours),
    (0.2, _waves),
    (0.2, _woven),
    (0.13, _micro_text),
    (0.12, _band),
]

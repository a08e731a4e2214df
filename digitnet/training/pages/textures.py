"""Surfaces that are no paper: wood, cloth, metal, keys, gravel. Grey float32, 0..255."""

from collections.abc import Callable

import cv2
import numpy as np

from digitnet.training.pages.layer import (
    FINE,
    canvas,
    coordinates,
    coverage,
    draw_line,
    field,
    fill,
    grain,
    log_uniform,
    rotation,
    turned,
)
from digitnet.training.pages.small_print import LETTERS


def texture(rng: np.random.Generator, side: int, without: frozenset[str]) -> np.ndarray:
    """One surface float32 [side, side], 0..255; plain when all of `TEXTURES` are left out."""
    names = [name for name in TEXTURES if name not in without or name == "plain"]
    weights = np.array([TEXTURES[name][0] for name in names])
    kind = TEXTURES[names[int(rng.choice(len(names), p=weights / weights.sum()))]][1]
    return np.clip(kind(rng, side), 0, 255)


def _plain(rng: np.random.Generator, side: int) -> np.ndarray:
    """Black, white or grey, with a little or no noise: desks, scanner lids, frames."""
    u = rng.random()
    level = rng.uniform(0, 40) if u < 0.45 else rng.uniform(215, 255) if u < 0.65 else None
    grey = rng.uniform(0, 255) if level is None else level
    surface = np.full((side, side), grey, np.float32)
    if rng.random() < 0.6:
        surface += grain(rng, side, log_uniform(rng, 1, 4)) * np.float32(log_uniform(rng, 0.5, 8))
        surface += field(rng, side, 4) * np.float32(rng.uniform(0, 12))
    return surface


def _wood(rng: np.random.Generator, side: int) -> np.ndarray:
    """Grain along one direction, bent around knots, with planks and their gaps."""
    x, y = coordinates(side)
    a = rng.choice([0, np.pi / 2, rng.uniform(0, np.pi)])
    across = y * np.cos(a) - x * np.sin(a)
    across = (across + field(rng, side, 3) * rng.uniform(1, 14)).astype(np.float32)
    level, depth = rng.uniform(30, 210), log_uniform(rng, 4, 40)
    rings = across * np.float32(2 * np.pi / log_uniform(rng, 4, 40))
    rings += field(rng, side, 4) * np.float32(rng.uniform(0, 4))
    streaks = rng.standard_normal(
        (int(log_uniform(rng, 40, 250)), int(rng.integers(2, 9))), np.float32
    )
    fibre = turned(cv2.resize(streaks, (side, side), interpolation=cv2.INTER_LINEAR), a)
    surface = level + np.float32(depth) * (
        np.sin(rings) * np.float32(rng.uniform(0, 0.8)) + 0.5 * fibre
    )
    if rng.random() < 0.4:
        width = log_uniform(rng, 25, 200)
        plank = np.floor((across + rng.uniform(0, width)) / np.float32(width)).astype(np.int32)
        tones = rng.normal(0, depth / 2, 64).astype(np.float32)
        surface += tones[plank % 64]
        gap = cv2.Laplacian(plank.astype(np.float32), cv2.CV_32F) != 0
        surface -= cv2.blur(gap.astype(np.float32), (2, 2)) * np.float32(rng.uniform(10, 90))
    return np.asarray(surface, np.float32)


def _cloth(rng: np.random.Generator, side: int) -> np.ndarray:
    """Weave of threads, with or without stripes or checks."""
    x, y = coordinates(side)
    turn = rotation(rng.uniform(0, np.pi)).astype(np.float32)
    bend = field(rng, side, 4) * np.float32(rng.uniform(0, 4))
    u, v = x * turn[0, 0] + y * turn[0, 1] + bend, x * turn[1, 0] + y * turn[1, 1] + bend
    period = np.float32(2 * np.pi / log_uniform(rng, 2.5, 14))
    weave = np.sin(u * period) * np.sin(v * period)
    surface = rng.uniform(20, 235) + weave * np.float32(log_uniform(rng, 4, 45))
    if rng.random() < 0.4:
        wide = np.float32(2 * np.pi / log_uniform(rng, 12, 90))
        bands = np.sign(np.sin(u * wide) + rng.uniform(-0.6, 0.6))
        if rng.random() < 0.6:
            bands = bands + np.sign(np.sin(v * wide))
        surface += bands * np.float32(log_uniform(rng, 5, 60))
    return np.asarray(surface + grain(rng, side, 1.5) * np.float32(rng.uniform(0, 15)), np.float32)


def _metal(rng: np.random.Generator, side: int) -> np.ndarray:
    """Fine brushing along one direction and a broad shine."""
    a = rng.uniform(0, np.pi)
    brush = cv2.resize(rng.standard_normal((side, 3), np.float32), (side, side))
    shine = field(rng, side, 2, 3) * np.float32(rng.uniform(10, 60))
    return rng.uniform(60, 220) + turned(brush, a) * np.float32(log_uniform(rng, 2, 20)) + shine


def _keys(rng: np.random.Generator, side: int) -> np.ndarray:
    """A regular pattern of keys, tiles or bricks, some with a letter."""
    drawing = canvas(side)
    pitch = np.array([log_uniform(rng, 9, 60), log_uniform(rng, 9, 60)])
    if rng.random() < 0.6:
        pitch[1] = pitch[0]
    size, shift = pitch * rng.uniform(0.55, 0.92, 2), rng.choice([0, 0.5, rng.random()])
    turn = rotation(rng.choice([0, rng.uniform(-0.2, 0.2), rng.uniform(0, np.pi)]))
    rows, columns = (
        np.arange(-int(0.75 * side / p), int(0.75 * side / p) + 1) for p in pitch[::-1]
    )
    steps = np.stack(np.meshgrid(columns, rows), axis=-1).reshape(-1, 2).astype(float)
    steps[:, 0] += (shift * steps[:, 1]) % 1
    places = steps * pitch @ turn.T + side / 2
    places = places[(np.abs(places - side / 2) < side / 2 + pitch.max()).all(axis=1)]
    if rng.random() < 0.2:
        draw_line(drawing, np.stack([places, places], axis=1), size.min())
    else:
        corners = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)]) * size
        fill(drawing, places[:, None] + corners @ turn.T)
    letters = _key_letters(rng, side, places, size) if size.min() > 14 else None
    key, ground, sign = rng.uniform(0, 255, 3).astype(np.float32)
    layer = coverage(drawing)
    if rng.random() < 0.3:
        layer = np.abs(cv2.GaussianBlur(layer, (0, 0), 1.2) - layer) * 2  # only the edges
    surface = ground + layer * (key - ground)
    if letters is not None:
        surface += letters * (sign - surface)
    return surface


def _key_letters(
    rng: np.random.Generator, side: int, places: np.ndarray, size: np.ndarray
) -> np.ndarray:
    """A letter on each key, as a layer."""
    drawing = canvas(side)
    scale = float(size.min()) * rng.uniform(0.02, 0.045)
    for x, y in np.rint(places * FINE + (-8 * scale, 10 * scale)).astype(int).tolist():
        letter = str(rng.choice(LETTERS))
        cv2.putText(drawing, letter, (x, y), 0, scale, 255, max(1, round(scale * 2)), cv2.LINE_AA)
    return coverage(drawing)


def _gravel(rng: np.random.Generator, side: int) -> np.ndarray:
    """Noise of several sizes: stone, carpet, leaves, grass."""
    strength = log_uniform(rng, 5, 55)
    surface = np.full((side, side), rng.uniform(20, 235), np.float32)
    for size in log_uniform(rng, 1.2, 10) * np.array([1, 2.7, 8]):
        surface += grain(rng, side, size) * np.float32(strength * rng.uniform(0.2, 0.8))
    if rng.random() < 0.4:  # hard grains
        surface = np.where(
            surface > np.median(surface), surface, surface * np.float32(rng.uniform(0.3, 1))
        )
    return surface


def _clutter(rng: np.random.Generator, side: int) -> np.ndarray:
    """Blots and thick bars. Thin ones of a digit's size could be taken for a 1 or a 7."""
    drawing = canvas(side)
    ground, tone = rng.uniform(0, 255, 2).astype(np.float32)
    size = log_uniform(rng, 15, 120)
    for _ in range(int(log_uniform(rng, 5, 40))):
        start = rng.uniform(-0.1, 1.1, 2) * side
        way = start + np.cumsum(rng.normal(0, size / 2, (int(rng.integers(2, 5)), 2)), 0)
        draw_line(drawing, way, log_uniform(rng, 9, 50), strength=rng.uniform(0.2, 1))
    layer = cv2.GaussianBlur(coverage(drawing), (0, 0), log_uniform(rng, 0.5, 4))
    return ground + layer * (tone - ground)


def _stripes(rng: np.random.Generator, side: int) -> np.ndarray:
    """Bands of any width, bent: blinds, corrugated sheets, zebra crossings, ripples."""
    x, y = coordinates(side)
    a = rng.uniform(0, np.pi)
    along = (x * np.cos(a) + y * np.sin(a)) / np.float32(log_uniform(rng, 4, 60))
    along += field(rng, side, int(rng.integers(2, 8))) * np.float32(rng.uniform(0, 1.5))
    sharp = np.float32(log_uniform(rng, 0.5, 20))
    wide = np.float32(rng.uniform(0.1, 0.4))
    bands = np.clip(sharp * (np.abs(along % 1 - 0.5) - wide), -0.5, 0.5)
    return rng.uniform(60, 195) + bands * np.float32(rng.uniform(20, 200))


def _cracks(rng: np.random.Generator, side: int) -> np.ndarray:
    """Fields about scattered points: pebbles, paving, dried mud, skin, mosaics."""
    count = int(log_uniform(rng, 6, 400))
    points = rng.uniform(0, side, (count, 2)).astype(int)
    seeds = np.full((side, side), 255, np.uint8)
    seeds[points[:, 1], points[:, 0]] = 0
    away, nearest = cv2.distanceTransformWithLabels(
        seeds, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    tones = rng.uniform(0, 255, int(nearest.max()) + 1).astype(np.float32)
    surface = rng.uniform(40, 215) + (tones[nearest] - 128) * np.float32(rng.uniform(0, 1))
    edges = cv2.Laplacian(nearest.astype(np.float32), cv2.CV_32F) != 0
    lines = cv2.blur(edges.astype(np.float32), (int(rng.integers(1, 6)),) * 2)
    surface += lines * np.float32(rng.uniform(-150, 150))
    return np.asarray(surface + away * np.float32(rng.uniform(-4, 4)), np.float32)


def _patches(rng: np.random.Generator, side: int) -> np.ndarray:
    """Smooth patches with hard or soft edges: marble, camouflage, clouds, mould."""
    values = field(rng, side, int(rng.integers(2, 24)))
    values += 0.5 * field(rng, side, int(rng.integers(8, 48)))
    steps = np.float32(log_uniform(rng, 0.7, 6))
    if rng.random() < 0.5:
        values = np.round(values * steps) / steps
    return rng.uniform(60, 195) + values * np.float32(log_uniform(rng, 8, 90))


# How often each surface is taken. "plain" is there even when it is left out.
TEXTURES: dict[str, tuple[float, Callable[[np.random.Generator, int], np.ndarray]]] = {
    "plain": (0.36, _plain),
    "wood": (0.2, _wood),
    "cloth": (0.13, _cloth),
    "metal": (0.06, _metal),
    "keys": (0.1, _keys),
    "gravel": (0.09, _gravel),
    "clutter": (0.06, _clutter),
    "stripes": (0.03, _stripes),
    "cracks": (0.06, _cracks),
    "patches": (0.06, _patches),
}

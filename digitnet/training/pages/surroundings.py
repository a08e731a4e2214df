"""What lies around a paper and on it: tables, edges, other sheets, fingers, pens.

Each ingredient is one function; its probability stands once, in `COVERS`.
"""

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
)
from digitnet.training.pages.small_print import small_print
from digitnet.training.pages.textures import texture

# What covers: its layer in 0..1, its grey, and the shadow it throws (0 none to 1 black).
_Cover = tuple[np.ndarray, np.ndarray, np.ndarray]


def cover(
    rng: np.random.Generator, scene: np.ndarray, without: frozenset[str] = frozenset()
) -> tuple[np.ndarray, np.ndarray]:
    """The written paper with things around and on it, and where they hide it.

    scene: float32 [side, side], 0..255. without: names of `COVERS` and `textures.TEXTURES`.
    Returns a new scene and covered, float32 [side, side] in 0..1, 1 where the paper is hidden.
    A shadow hides nothing.
    """
    side = scene.shape[0]
    covered = np.zeros((side, side), np.float32)
    for name, (probability, ingredient) in COVERS.items():
        if rng.random() >= probability or name in without:
            continue
        layer, grey, shadow = ingredient(rng, side, without)
        scene = scene * (1 - shadow)
        scene += layer * (grey - scene)
        covered = np.maximum(covered, layer)
    return np.clip(scene, 0, 255).astype(np.float32), covered


def _shadow(rng: np.random.Generator, layer: np.ndarray) -> np.ndarray:
    """What a thing on the paper darkens beside it, on the side away from a random light."""
    side = layer.shape[0]
    far = log_uniform(rng, 1, 14)
    a = rng.uniform(0, 2 * np.pi)
    move = np.array([[1, 0, far * np.cos(a)], [0, 1, far * np.sin(a)]])
    small = cv2.resize(layer, (side // 4, side // 4), interpolation=cv2.INTER_AREA)
    move[:, 2] /= 4
    small = cv2.warpAffine(small, move, small.shape[::-1], borderMode=cv2.BORDER_REPLICATE)
    small = cv2.GaussianBlur(small, (0, 0), 0.4 + far / 6)
    return cv2.resize(small, (side, side)) * np.float32(rng.uniform(0, 0.6))


def _desk(rng: np.random.Generator, side: int, without: frozenset[str]) -> _Cover:
    """The table beyond one to four edges of a turned sheet; now and then nothing but table."""
    grey = texture(rng, side, without)
    none = np.zeros((side, side), np.float32)
    if rng.random() < 0.15:
        return np.ones((side, side), np.float32), grey, none
    layer = none
    edges = int(rng.choice([1, 2, 3, 4], p=[0.5, 0.3, 0.1, 0.1]))
    first = rng.choice([0, 1, 2, 3]) * np.pi / 2 + rng.normal(0, 0.12)
    if rng.random() < 0.3:
        first = rng.uniform(0, 2 * np.pi)
    soft = log_uniform(rng, 0.7, 5)
    for i in range(edges):
        distance = side * rng.uniform(0.02 if edges == 1 else 0.2, 0.5)
        edge = half_plane(side, first + i * np.pi / 2 + rng.normal(0, 0.03), distance, soft)
        layer = np.maximum(layer, edge)
    if rng.random() < 0.15:  # a torn or curled edge
        ragged = np.clip(layer + field(rng, side, 24) * np.float32(0.4), 0, 1)
        layer = np.where((layer > 0.02) & (layer < 0.98), ragged, layer)
    # The paper throws its shadow on the table, not on itself.
    grey *= 1 - _shadow(rng, 1 - layer)
    return layer, grey, none


def _border(rng: np.random.Generator, side: int, without: frozenset[str]) -> _Cover:
    """A straight dark or light strip on one to four sides of the picture: a scanner, a frame."""
    layer = np.zeros((side, side), np.float32)
    soft = log_uniform(rng, 0.5, 12)
    count = int(rng.choice([1, 2, 4], p=[0.55, 0.25, 0.2]))
    for quarter in rng.permutation(4)[:count]:
        width = side / 2 - log_uniform(rng, 2, 70)
        edge = half_plane(side, quarter * np.pi / 2 + rng.normal(0, 0.01), width, soft)
        layer = np.maximum(layer, edge)
    u = rng.random()
    level = rng.uniform(0, 30) if u < 0.6 else rng.uniform(220, 255) if u < 0.8 else None
    if level is None:
        return layer, texture(rng, side, without), np.zeros_like(layer)
    return layer, np.full((side, side), level, np.float32), np.zeros_like(layer)


def _sheet(rng: np.random.Generator, side: int, without: frozenset[str]) -> _Cover:
    """A second sheet with its own print or scrawl, lying on the first."""
    level = rng.uniform(60, 255)
    grey = np.full((side, side), level, np.float32)
    tone = level * rng.uniform(0, 0.8) if level > 120 else rng.uniform(160, 255)
    a = rng.uniform(-0.4, 0.4)
    if rng.random() < 0.7:
        print_layer = small_print(rng, side, log_uniform(rng, 4, 16), a)
    else:
        drawing = canvas(side)
        for y in np.arange(rng.uniform(0, 20), side, log_uniform(rng, 14, 50)):
            x = np.arange(-10, side + 10, 4.0)
            wiggle = np.cumsum(rng.normal(0, 3, len(x)))
            wiggle -= np.linspace(0, wiggle[-1], len(x))
            draw_line(drawing, np.stack([x, y + wiggle], -1), log_uniform(rng, 0.7, 3))
        print_layer = coverage(drawing)
    grey += print_layer * np.float32(tone - level)
    layer = half_plane(side, rng.uniform(0, 2 * np.pi), rng.uniform(0.05, 0.48) * side, 1.2)
    if rng.random() < 0.4:
        corner = half_plane(side, rng.uniform(0, 2 * np.pi), rng.uniform(-0.2, 0.4) * side, 1.2)
        layer = layer * corner
    return layer, grey, _shadow(rng, layer)


def _fingers(rng: np.random.Generator, side: int, without: frozenset[str]) -> _Cover:
    """Fingers or a thumb that hold the paper: long soft shapes that come in from an edge."""
    quarter = rng.integers(4) * np.pi / 2
    skin = rng.uniform(50, 215)
    wide = log_uniform(rng, 14, 60)
    drawing, nails = canvas(side), canvas(side)
    start = rng.uniform(-0.4, 0.4) * side
    lean = rng.normal(0, 0.3)
    for i in range(int(rng.choice([1, 2, 3, 4], p=[0.5, 0.2, 0.2, 0.1]))):
        tip = np.array([side * rng.uniform(0.1, 0.48), start + i * wide * 1.05])
        root = np.array([side * 0.8, tip[1] + lean * side * 0.5])
        turn = rotation(quarter)
        points = np.stack([tip, root]) @ turn.T + side / 2
        draw_line(drawing, points, wide)
        if rng.random() < 0.5:
            nail = tip - wide * np.array([(0.18, 0), (0.06, 0)])
            draw_line(nails, nail @ turn.T + side / 2, wide * 0.45)
    layer = cv2.GaussianBlur(coverage(drawing), (0, 0), log_uniform(rng, 0.5, 2))
    inner = cv2.resize(
        cv2.GaussianBlur(cv2.resize(layer, (64, 64)), (0, 0), max(1.0, wide / 16)), (side, side)
    )
    round_ = np.clip(inner * 1.6 - 0.6, 0, 1)  # darker towards the edges, as a cylinder is
    grey = skin * (np.float32(rng.uniform(0.5, 0.8)) + np.float32(0.35) * round_)
    grey += coverage(nails) * np.float32(rng.uniform(-10, 35)) + field(rng, side, 30) * np.float32(
        3
    )
    return layer, grey, _shadow(rng, layer)


def _pen(rng: np.random.Generator, side: int, without: frozenset[str]) -> _Cover:
    """A pen, a ruler or a cable: a long bar with shading across."""
    a, width = rng.uniform(0, np.pi), log_uniform(rng, 5, 36)
    x, y = coordinates(side)
    across = x * np.float32(-np.sin(a)) + y * np.float32(np.cos(a))
    across = across - np.float32(rng.uniform(-0.45, 0.45) * side)
    if rng.random() < 0.25:
        across = across + field(rng, side, 3) * np.float32(rng.uniform(3, 25))  # a cable
    layer = np.clip((width / 2 - np.abs(across)) / 1.2 + 0.5, 0, 1, dtype=np.float32)
    if rng.random() < 0.6:  # it ends within the tile
        layer *= half_plane(side, a + rng.choice([0, np.pi]), rng.uniform(-0.4, 0.4) * side, 1.5)
    level, gloss = rng.uniform(0, 230), rng.uniform(0, 90)
    shine = np.exp(-(((across / np.float32(width) - rng.uniform(-0.3, 0.3)) * 6) ** 2))
    grey = level * (1 - np.float32(0.4) * np.abs(across / np.float32(width))) + shine * gloss
    if rng.random() < 0.3:  # a ruler's ticks
        along = x * np.float32(np.cos(a)) + y * np.float32(np.sin(a))
        tick = np.sin(along * np.float32(2 * np.pi / log_uniform(rng, 3, 12))) > 0.6
        grey = np.where(tick & (across > 0), np.float32(255 - level), grey)
    return layer, grey, _shadow(rng, layer)


def _thing(rng: np.random.Generator, side: int, without: frozenset[str]) -> _Cover:
    """A round or oblong thing on the paper: a coin, a cup, a stone, an eraser, a hole."""
    x, y = coordinates(side)
    cx, cy = rng.uniform(-0.6, 0.6, 2) * side
    turn = rotation(rng.uniform(0, np.pi)).astype(np.float32)
    u = ((x - cx) * turn[0, 0] + (y - cy) * turn[0, 1]) / log_uniform(rng, 8, 90)
    v = ((x - cx) * turn[1, 0] + (y - cy) * turn[1, 1]) / log_uniform(rng, 8, 90)
    far = np.maximum(np.abs(u), np.abs(v)) if rng.random() < 0.4 else np.hypot(u, v)
    layer = np.clip((1 - far) * 12 + 0.5, 0, 1).astype(np.float32)
    grey = texture(rng, side, without) if rng.random() < 0.5 else None
    if grey is None:
        grey = np.float32(rng.uniform(0, 255)) + u.astype(np.float32) * np.float32(
            rng.uniform(-40, 40)
        )
    return layer, grey, _shadow(rng, layer)


# What covers the paper, in this order: probability of each, and its function.
COVERS: dict[str, tuple[float, Callable[[np.random.Generator, int, frozenset[str]], _Cover]]] = {
    "sheet": (0.04, _sheet),
    "thing": (0.03, _thing),
    "desk": (0.17, _desk),
    "pen": (0.03, _pen),
    "fingers": (0.035, _fingers),
    "border": (0.08, _border),
}

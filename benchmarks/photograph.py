"""Ink on some paper, seen by some camera: colours, paper, rules, light, blur, noise, JPEG."""

import math

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Ink = NDArray[np.float32]  # [H, W], 0 paper to 1 ink
Picture = NDArray[np.uint8]  # [H, W] or [H, W, 3] RGB

_PAPERS = [(246, 245, 240), (228, 228, 226), (190, 192, 190), (250, 232, 110), (205, 172, 128)]
_INKS = [(25, 25, 28), (25, 25, 28), (28, 40, 140), (45, 70, 185), (185, 35, 40), (92, 92, 97)]
_PRINTS = [(20, 20, 22), (110, 110, 114), (70, 110, 170), (190, 80, 60), (60, 130, 80)]
_BOARDS = [(38, 62, 48), (32, 33, 35), (25, 35, 75)]
_CHALKS = [(240, 240, 235), (240, 225, 120), (240, 170, 180)]


def photographed(
    random: Generator,
    ink: Ink,
    height: float,
    *,
    rules: float,
    slant: float = 0.0,
    pitch: float | None = None,
    printed: Ink | None = None,
) -> Picture:
    """Ink on some paper, seen by some camera.

    height: of a digit, pixels; rules: how often the paper is lined or squared, turned by
    about `slant` degrees; pitch: from line to line of writing, pixels; printed: what was on
    the paper before the pen, in a colour of its own.
    """
    chalk = random.random() < 0.15
    papers, inks = (_BOARDS, _CHALKS) if chalk else (_PAPERS, _INKS)
    paper = np.float32(papers[random.integers(len(papers))]) * random.uniform(0.9, 1.02)
    pen = np.float32(inks[random.integers(len(inks))])
    cover = ink * random.uniform(0.8, 1.0)
    if chalk or random.random() < 0.2:  # the pen takes the paper's grain
        cover = cover * np.clip(1 - random.uniform(0.1, 0.4) * _grain(random, ink.shape, 1), 0, 1)
    scene = np.empty((*ink.shape, 3), np.float32)
    scene[:] = paper
    if random.random() < rules:
        faint = random.uniform(0.1, 0.35) * _rules(random, ink.shape, height, slant, pitch)
        scene += faint[..., None] * (pen - scene)
    if printed is not None:
        colour = np.float32(_CHALKS[0] if chalk else _PRINTS[random.integers(len(_PRINTS))])
        scene += random.uniform(0.5, 1) * printed[..., None] * (colour - scene)
    scene += cover[..., None] * (pen - scene)
    texture = random.uniform(0, 0.025) * _grain(random, ink.shape, 0)  # grain
    texture += random.uniform(0, 0.015) * _grain(random, ink.shape, 2)  # fibres
    scene *= ((1 + texture) * light(random, ink.shape))[..., None]
    scene = cv2.GaussianBlur(scene, (0, 0), 0.3 + random.uniform(0, 0.02) * min(height, 120))
    if random.random() < 0.2:
        scene = cv2.cvtColor(np.clip(scene, 0, 255), cv2.COLOR_RGB2GRAY)
    sigma = random.choice([0.5, 2, 5])
    scene += np.float32(sigma) * random.standard_normal(scene.shape, np.float32)
    picture = np.clip(scene, 0, 255).astype(np.uint8)
    quality = int(random.integers(40 if height > 60 else 70, 96))
    return jpeg(picture, quality) if random.random() < 0.7 else picture


def _grain(random: Generator, shape: tuple[int, ...], kind: int) -> Ink:
    """Noise of deviation 1. kind: 0 as fine as pixels, 1 coarser, 2 streaks."""
    noise = random.standard_normal(shape, np.float32)
    if kind == 1:
        return 3.5 * cv2.GaussianBlur(noise, (0, 0), 1)
    return noise if kind == 0 else 3 * cv2.blur(noise, (9, 1)) + 3 * cv2.blur(noise, (1, 9))


def _rules(
    random: Generator, shape: tuple[int, ...], height: float, slant: float, pitch: float | None
) -> Ink:
    """Lined or squared paper, 1 on its rules."""
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    angle = math.radians(slant + random.uniform(-1, 1))
    down = (rows * math.cos(angle) + columns * math.sin(angle)).astype(np.float32)
    across = (columns * math.cos(angle) - rows * math.sin(angle)).astype(np.float32)
    squared = random.random() < 0.6
    spacing = random.uniform(0.45, 1.6) * height if squared or pitch is None else pitch
    spacing, thick = max(spacing, 8), max(1.0, random.uniform(0.01, 0.04) * height)
    found = np.zeros(shape[:2], np.float32)
    for distance in (down, across) if squared else (down,):
        offset = (distance + random.uniform(0, spacing)) % spacing
        np.maximum(found, np.clip(thick / 2 + 0.5 - np.abs(offset - spacing / 2), 0, 1), out=found)
    return found


def light(random: Generator, shape: tuple[int, ...]) -> Ink:
    """How bright the scene is lit, about 1: a slope, dark corners, a shadow's edge."""
    rows, columns = np.mgrid[-1:1:160j, -1:1:160j].astype(np.float32)
    angle, side = random.uniform(0, 2 * math.pi, 2)
    slope = rows * math.sin(angle) + columns * math.cos(angle)
    field = 1 + random.uniform(0, 0.25) * slope
    if random.random() < 0.4:
        field *= 1 - random.uniform(0.05, 0.25) * (rows**2 + columns**2) / 2
    if random.random() < 0.4:
        into = rows * math.sin(side) + columns * math.cos(side) + random.uniform(-0.6, 0.6)
        softness = log_uniform(random, 0.01, 0.2)
        field *= 1 - random.uniform(0.15, 0.5) * (1 + np.tanh(into / softness)) / 2
    return cv2.resize(field, shape[1::-1], interpolation=cv2.INTER_LINEAR)


def log_uniform(random: Generator, low: float, high: float) -> float:
    return math.exp(random.uniform(math.log(low), math.log(high)))


def jpeg(picture: Picture, quality: int) -> Picture:
    """There and back."""
    _, content = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return cv2.imdecode(content, cv2.IMREAD_UNCHANGED)

"""What light and lens make of a scene: uneven light, shadows, blur, noise."""

import cv2
import numpy as np

from digitnet.training.pages.layer import coordinates, field, half_plane, log_uniform
from digitnet.training.pages.shot import MOST_NOISE, Shot


def light(rng: np.random.Generator, shot: Shot) -> None:
    """Uneven light: slow changes over the page."""
    side = shot.scene.shape[0]
    a, slope = rng.uniform(0, 2 * np.pi), log_uniform(rng, 0.02, 0.5)
    x, y = coordinates(side)
    light = 1 - np.float32(slope) * (x * np.float32(np.cos(a)) + y * np.float32(np.sin(a))) / side
    light += field(rng, side, 3) * np.float32(rng.uniform(0, 0.1))
    _lit(shot, light)


def shadow(rng: np.random.Generator, shot: Shot) -> None:
    """Shadows with a hard or soft edge: the phone, a head, a window's bars."""
    side = shot.scene.shape[0]
    depth = rng.uniform(0.1, 0.6)
    soft = log_uniform(rng, 1, 80)
    layer = half_plane(side, rng.uniform(0, 2 * np.pi), rng.uniform(-0.4, 0.4) * side, soft)
    if rng.random() < 0.4:
        layer = layer * half_plane(
            side, rng.uniform(0, 2 * np.pi), rng.uniform(-0.4, 0.3) * side, soft
        )
    _lit(shot, 1 - layer * np.float32(depth))


def vignette(rng: np.random.Generator, shot: Shot) -> None:
    """Darker away from some middle, or a bright patch of a flash or lamp."""
    side = shot.scene.shape[0]
    x, y = coordinates(side)
    cx, cy = rng.uniform(-0.6, 0.6, 2) * side
    far = ((x - cx) ** 2 + (y - cy) ** 2) * np.float32(1 / side**2)
    if rng.random() < 0.7:
        _lit(shot, 1 / (1 + far * np.float32(rng.uniform(0.1, 1.2))))
    else:  # the lamp's glare eats contrast: only a little of it
        most = 1 - shot.faintest(rng.uniform(0.5, 0.9))
        shot.scene += np.exp(-far * np.float32(rng.uniform(4, 40))) * most * (255 - shot.scene)
        shot.contrast *= 1 - most
        shot.evenness *= 1 - most


def _lit(shot: Shot, light: np.ndarray) -> None:
    """Less light, less contrast: what noise may hide counts where it is darkest."""
    light = light * np.float32(1 / light.max())  # nothing is burnt out that was not
    light = np.maximum(light, np.float32(shot.faintest(0.25)))
    weakest = float(light.min())
    shot.scene *= light
    shot.contrast *= weakest
    shot.evenness *= weakest


def blur(rng: np.random.Generator, shot: Shot) -> None:
    """Out of focus (soft or a disk) or moved; at most about an eighth of a digit."""
    h = shot.digit_height
    kind = rng.choice(["gauss", "disk", "motion"], p=[0.6, 0.2, 0.2])
    if kind == "gauss":
        sigma = shot.soften(0.3 + h * rng.uniform(0, 0.05))
        if sigma > 0.2:
            shot.scene = cv2.GaussianBlur(shot.scene, (0, 0), sigma)
        return
    size = 2 * int(np.ceil(h * 0.075)) + 3
    kernel = np.zeros((size * 8, size * 8), np.uint8)  # drawn larger, for its soft edge
    middle = size * 4
    radius = h * (rng.uniform(0.02, 0.065) if kind == "disk" else rng.uniform(0.03, 0.075))
    radius = 2 * shot.soften(radius / 2)  # its deviation is about half its radius
    if kind == "disk":
        cv2.circle(kernel, (middle, middle), round(8 * radius), 255, -1)
    else:
        a = rng.uniform(0, np.pi)
        way = np.array([np.cos(a), np.sin(a)]) * 8 * radius
        start, end = np.rint(np.array([-way, way]) + middle).astype(int).tolist()
        cv2.line(kernel, start, end, 255, 8)
    small = cv2.resize(kernel.astype(np.float32), (size, size), interpolation=cv2.INTER_AREA)
    shot.scene = cv2.filter2D(shot.scene, -1, small / small.sum())


def moire(rng: np.random.Generator, shot: Shot) -> None:
    """Waves of a screen photographed, or a printer's raster."""
    side = shot.scene.shape[0]
    x, y = coordinates(side)
    a = rng.uniform(0, 2 * np.pi)
    phase = (x * np.float32(np.cos(a)) + y * np.float32(np.sin(a))) * np.float32(
        2 * np.pi / log_uniform(rng, 2.2, 30)
    )
    phase += field(rng, side, 3) * np.float32(rng.uniform(0, 4))
    shot.scene += np.sin(phase) * np.float32(abs(shot.contrast) * rng.uniform(0.02, 0.2))


def noise(rng: np.random.Generator, shot: Shot) -> None:
    """Gaussian, shot and coloured (coarse) noise, and now and then salt and pepper."""
    side = shot.scene.shape[0]
    most = MOST_NOISE * abs(shot.contrast)
    amount = min(log_uniform(rng, 0.5, 16), most)
    noise = rng.standard_normal((side, side), np.float32) * np.float32(amount)
    kind = rng.choice(["gauss", "shot", "coarse"], p=[0.45, 0.3, 0.25])
    if kind == "shot":
        noise *= np.sqrt(np.clip(shot.scene, 0, None) * np.float32(1 / 255))
    elif kind == "coarse":
        noise = cv2.GaussianBlur(noise, (0, 0), rng.uniform(0.5, 1.2)) * np.float32(2)
    shot.scene += noise
    if rng.random() < 0.08:
        count = int(log_uniform(rng, 4, 250))
        rows, columns = rng.integers(side, size=(2, count))
        shot.scene[rows, columns] = rng.choice([0, 255], count)

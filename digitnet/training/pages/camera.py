"""How a tile's picture is taken: perspective, light, lens, sensor, processing, files.

Each ingredient is one function; its probability stands once, in `CAMERA`.
"""

from collections.abc import Callable

import cv2
import numpy as np

from digitnet.training.pages import lens, processing
from digitnet.training.pages.layer import log_uniform
from digitnet.training.pages.shot import Shot

# Share of pictures that nothing happens to: screenshots, drawings, good scans.
CLEAN = 0.25


def perspective(
    rng: np.random.Generator, side: int, without: frozenset[str] = frozenset()
) -> np.ndarray:
    """A small perspective, float64 [3, 3], from points (x, y, 1) of a tile to the picture's.

    The picture shows nothing from outside the tile. Often it is the identity.
    """
    name, (probability, most) = "perspective", PERSPECTIVE
    if rng.random() >= probability or name in without:
        return np.eye(3)
    inset = rng.uniform(0, log_uniform(rng, 0.01, most), (4, 2)) * side
    corners = np.array([(0, 0), (side, 0), (side, side), (0, side)], np.float64)
    inside = corners + inset * np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)])
    return cv2.getPerspectiveTransform(inside.astype(np.float32), corners.astype(np.float32))


PERSPECTIVE = (0.3, 0.12)  # how often, and how far a corner moves at most, as a share of the side


def warp(layer: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """The layer [side, side] seen through a matrix of `perspective`."""
    if np.array_equal(matrix, np.eye(3)):
        return layer
    # Points count from a pixel's corner here, from its middle in OpenCV.
    half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    shifted = np.linalg.inv(half) @ matrix @ half
    size = (layer.shape[1], layer.shape[0])
    return cv2.warpPerspective(layer, shifted, size, borderMode=cv2.BORDER_REPLICATE)


def faintest(ink: np.ndarray, marks: np.ndarray) -> float:
    """How strongly the faintest mark stands on its paper, 0 to 1; 1 where there is none.

    ink: float32 [side, side], 0 to 1. marks: float [k, 4 or more], middle x and y, width and
    height of each. A mark's strength is the mean of the strongest tenth of its box, so thin
    and worn strokes count as the faint ink that they look like.
    """
    side, strengths = ink.shape[0], [1.0]
    for x, y, width, height in marks[:, :4]:
        rows = slice(max(0, int(y - height / 2)), max(0, int(y + height / 2) + 1))
        columns = slice(max(0, int(x - width / 2)), max(0, int(x + width / 2) + 1))
        part = ink[rows, columns].ravel()
        if part.size > 0.5 * min(width, side) * min(height, side):  # most of it is on the tile
            strengths.append(float(np.sort(part)[-max(1, part.size // 10) :].mean()))
    return min(strengths)


def photograph(
    rng: np.random.Generator,
    scene: np.ndarray,
    digit_height: float,
    contrast: float,
    without: frozenset[str] = frozenset(),
    screen: bool = False,
) -> np.ndarray:
    """The picture uint8 [side, side] that a camera, a scanner or a screen gives of a scene.

    scene: float32 [side, side], 0..255. contrast: paper less the tile's faintest ink, grey
    levels, below 0 for light ink; it bounds noise, scans and tones so that this ink stays
    legible (`faintest` times the paper's contrast).
    without: names of `CAMERA`. screen: drawn on a screen, so no light, lens or sensor.
    """
    shot = Shot(scene=scene.astype(np.float32), digit_height=digit_height, contrast=contrast)
    clean = rng.random() < CLEAN
    for name, (probability, on_screen, ingredient) in CAMERA.items():
        chosen = rng.random() < probability and name not in without
        if not chosen or (clean and name != "invert") or (screen and not on_screen):
            continue
        ingredient(rng, shot)
        np.clip(shot.scene, 0, 255, out=shot.scene)
    return np.rint(shot.scene).astype(np.uint8)


# What a camera does, in this order: how often, whether to drawings on a screen too, and how.
CAMERA: dict[str, tuple[float, bool, Callable[[np.random.Generator, Shot], None]]] = {
    "light": (0.55, False, lens.light),
    "shadow": (0.2, False, lens.shadow),
    "vignette": (0.2, False, lens.vignette),
    "blur": (0.6, False, lens.blur),
    "moire": (0.04, False, lens.moire),
    "tone": (0.35, False, processing.tone),
    "noise": (0.55, False, lens.noise),
    "resolution": (0.22, True, processing.resolution),
    "sharpening": (0.2, False, processing.sharpening),
    "threshold": (0.1, False, processing.threshold),
    "posterise": (0.03, True, processing.posterise),
    "invert": (0.25, True, processing.invert),
    "jpeg": (0.5, True, processing.jpeg),
}

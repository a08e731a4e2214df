"""How a tile's picture is taken: perspective, light, lens, sensor, processing, files.

Each ingredient is one function; its probability stands once, in `CAMERA`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from digitnet.training.pages.layer import coordinates, field, half_plane, log_uniform

# Share of pictures that nothing happens to: screenshots, drawings, good scans.
CLEAN = 0.25
# Noise's deviation is at most this share of the faintest ink's contrast, and the contrast is
# never made smaller than this, grey levels. Unreadable digits that are labelled teach the
# network to see digits in the noise of paper.
_MOST_NOISE = 0.16
_LEAST_CONTRAST = 16.0


@dataclass(kw_only=True)
class _Shot:
    """A picture on its way."""

    scene: np.ndarray  # float32 [side, side], 0..255
    digit_height: float  # pixels
    contrast: float  # paper less faintest ink, grey levels; below 0: light ink


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


def move_points(points: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Points float [k, 2] (x, y in pixels) where `warp` moves them."""
    flat = np.concatenate([points, np.ones((len(points), 1))], axis=1) @ matrix.T
    return flat[:, :2] / flat[:, 2:]


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
    levels, below 0 for light ink; it bounds noise and blur so that this ink stays legible.
    without: names of `CAMERA`. screen: drawn on a screen, so no light, lens or sensor.
    """
    shot = _Shot(scene=scene.astype(np.float32), digit_height=digit_height, contrast=contrast)
    clean = rng.random() < CLEAN
    for name, (probability, ingredient) in CAMERA.items():
        optical = name not in ("resolution", "posterise", "invert", "jpeg")
        chosen = rng.random() < probability
        if not chosen or name in without or (clean and name != "invert") or (screen and optical):
            continue
        ingredient(rng, shot)
        np.clip(shot.scene, 0, 255, out=shot.scene)
    return np.rint(shot.scene).astype(np.uint8)


def _light(rng: np.random.Generator, shot: _Shot) -> None:
    """Uneven light: slow changes over the page."""
    side = shot.scene.shape[0]
    a, slope = rng.uniform(0, 2 * np.pi), log_uniform(rng, 0.02, 0.5)
    x, y = coordinates(side)
    light = 1 - np.float32(slope) * (x * np.float32(np.cos(a)) + y * np.float32(np.sin(a))) / side
    light += field(rng, side, 3) * np.float32(rng.uniform(0, 0.1))
    _lit(shot, light)


def _lit(shot: _Shot, light: np.ndarray) -> None:
    """Less light, less contrast: what noise may hide counts where it is darkest."""
    light = np.clip(light, 0.3, 1.5)
    shot.scene *= light
    shot.contrast *= min(1.0, float(light.min()))


def _shadow(rng: np.random.Generator, shot: _Shot) -> None:
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


def _vignette(rng: np.random.Generator, shot: _Shot) -> None:
    """Darker away from some middle, or a bright patch of a flash or lamp."""
    side = shot.scene.shape[0]
    x, y = coordinates(side)
    cx, cy = rng.uniform(-0.6, 0.6, 2) * side
    far = ((x - cx) ** 2 + (y - cy) ** 2) * np.float32(1 / side**2)
    if rng.random() < 0.7:
        _lit(shot, 1 / (1 + far * np.float32(rng.uniform(0.1, 1.2))))
    else:  # the lamp's glare eats contrast: only a little of it
        glare = np.exp(-far * np.float32(rng.uniform(4, 40))) * np.float32(rng.uniform(0.1, 0.5))
        shot.scene += glare * (255 - shot.scene)
        shot.contrast *= 1 - float(glare.max())


def _blur(rng: np.random.Generator, shot: _Shot) -> None:
    """Out of focus (soft or a disk) or moved; at most about an eighth of a digit."""
    h = shot.digit_height
    kind = rng.choice(["gauss", "disk", "motion"], p=[0.6, 0.2, 0.2])
    if kind == "gauss":
        shot.scene = cv2.GaussianBlur(shot.scene, (0, 0), 0.3 + h * rng.uniform(0, 0.05))
        return
    size = 2 * int(np.ceil(h * 0.075)) + 3
    kernel = np.zeros((size * 8, size * 8), np.uint8)
    middle = size * 4
    if kind == "disk":
        cv2.circle(kernel, (middle, middle), round(8 * h * rng.uniform(0.02, 0.065)), 255, -1)
    else:
        a, length = rng.uniform(0, np.pi), 8 * h * rng.uniform(0.03, 0.075)
        way = np.array([np.cos(a), np.sin(a)]) * length
        ends = np.rint(np.array([-way, way]) + middle).astype(int)
        cv2.line(kernel, tuple(ends[0].tolist()), tuple(ends[1].tolist()), 255, 8)
    small = cv2.resize(kernel.astype(np.float32), (size, size), interpolation=cv2.INTER_AREA)
    shot.scene = cv2.filter2D(shot.scene, -1, small / small.sum())


def _resolution(rng: np.random.Generator, shot: _Shot) -> None:
    """Was a smaller picture and is enlarged; a digit keeps at least 9 pixels of height."""
    side = shot.scene.shape[0]
    share = max(rng.uniform(0.35, 0.95), min(1.0, 9 / shot.digit_height))
    small = cv2.resize(shot.scene, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    ways = (cv2.INTER_NEAREST, cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_CUBIC)
    way = ways[int(rng.integers(4))]
    shot.scene = cv2.resize(small, (side, side), interpolation=way)


def _moire(rng: np.random.Generator, shot: _Shot) -> None:
    """Waves of a screen photographed, or a printer's raster."""
    side = shot.scene.shape[0]
    x, y = coordinates(side)
    a = rng.uniform(0, 2 * np.pi)
    phase = (x * np.float32(np.cos(a)) + y * np.float32(np.sin(a))) * np.float32(
        2 * np.pi / log_uniform(rng, 2.2, 30)
    )
    phase += field(rng, side, 3) * np.float32(rng.uniform(0, 4))
    shot.scene += np.sin(phase) * np.float32(abs(shot.contrast) * rng.uniform(0.02, 0.2))


def _sharpening(rng: np.random.Generator, shot: _Shot) -> None:
    """Unsharp mask as phones do, with halos."""
    soft = cv2.GaussianBlur(shot.scene, (0, 0), rng.uniform(0.7, 2.5))
    shot.scene += np.float32(log_uniform(rng, 0.2, 1.8)) * (shot.scene - soft)


def _tone(rng: np.random.Generator, shot: _Shot) -> None:
    """Gamma and contrast, flat or with burnt-out ends."""
    value = shot.scene * np.float32(1 / 255)
    gamma = log_uniform(rng, 0.55, 1.8)
    paper = max(0.05, float(np.median(value[::4, ::4])))
    ink = min(1.0, max(0.0, paper - shot.contrast / 255))
    after = (paper**gamma - ink**gamma) * 255
    if abs(after) >= min(abs(shot.contrast), _LEAST_CONTRAST):
        value = value ** np.float32(gamma)
        shot.contrast = after
    gain = log_uniform(rng, 0.4, 1.5)
    if abs(shot.contrast) > 0:
        gain = max(gain, min(1.0, _LEAST_CONTRAST / abs(shot.contrast)))
    # The pivot stays where it is, so ink and paper are burnt out together at most in part.
    pivot = np.float32(np.median(value[::4, ::4]) - shot.contrast / 510)
    move = np.float32(rng.uniform(-0.15, 0.15) * (1 - min(1.0, gain)))
    shot.scene = ((value - pivot) * np.float32(gain) + pivot + move) * 255
    shot.contrast *= gain


def _noise(rng: np.random.Generator, shot: _Shot) -> None:
    """Gaussian, shot and coloured (coarse) noise, and now and then salt and pepper."""
    side = shot.scene.shape[0]
    most = _MOST_NOISE * abs(shot.contrast)
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


def _threshold(rng: np.random.Generator, shot: _Shot) -> None:
    """Scans in black and white: one level for all or one for each neighbourhood."""
    side = shot.scene.shape[0]
    share = rng.uniform(0.3, 0.65)  # where between paper and faintest ink the line is drawn
    if rng.random() < 0.5:
        ground: np.ndarray | np.float32 = np.float32(np.median(shot.scene[::4, ::4]))
    else:
        window = 2 * int(shot.digit_height * rng.uniform(0.6, 2)) + 1
        ground = cv2.blur(shot.scene, (window, window), borderType=cv2.BORDER_REFLECT)
    soft = np.float32(max(0.5, abs(shot.contrast) * log_uniform(rng, 0.01, 0.25)))
    scene = shot.scene
    if rng.random() < 0.4:  # speckle: noise that the line cuts
        amount = abs(shot.contrast) * rng.uniform(0.03, 0.12)
        scene = scene + rng.standard_normal((side, side), np.float32) * np.float32(amount)
    away = (scene - (ground - np.float32(share * shot.contrast))) / soft
    white, black = rng.uniform(200, 255), rng.uniform(0, 60)
    shot.scene = np.float32(black) + np.float32(white - black) / (
        1 + np.exp(-np.clip(away, -30, 30))
    )
    shot.contrast = float(np.copysign(white - black, shot.contrast))


def _posterise(rng: np.random.Generator, shot: _Shot) -> None:
    """Few grey levels, as of a small palette; always finer than the ink's contrast."""
    step = min(rng.uniform(6, 64), max(1.0, abs(shot.contrast) / 2))
    shot.scene = np.rint(shot.scene / np.float32(step)) * np.float32(step)


def _invert(rng: np.random.Generator, shot: _Shot) -> None:
    """Light on dark."""
    shot.scene = 255 - shot.scene
    shot.contrast = -shot.contrast


def _jpeg(rng: np.random.Generator, shot: _Shot) -> None:
    """JPEG; faint ink gets a better quality, or it would be gone."""
    worst = 25 if abs(shot.contrast) > 60 else 50
    quality = int(rng.integers(worst, 97))
    picture = np.rint(np.clip(shot.scene, 0, 255)).astype(np.uint8)
    _, file = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    shot.scene = np.asarray(cv2.imdecode(file, cv2.IMREAD_GRAYSCALE), np.float32)


# What a camera does, in this order: probability of each, and its function.
CAMERA: dict[str, tuple[float, Callable[[np.random.Generator, _Shot], None]]] = {
    "light": (0.55, _light),
    "shadow": (0.2, _shadow),
    "vignette": (0.2, _vignette),
    "blur": (0.6, _blur),
    "moire": (0.04, _moire),
    "tone": (0.35, _tone),
    "noise": (0.55, _noise),
    "resolution": (0.15, _resolution),
    "sharpening": (0.2, _sharpening),
    "threshold": (0.1, _threshold),
    "posterise": (0.03, _posterise),
    "invert": (0.25, _invert),
    "jpeg": (0.5, _jpeg),
}


def frame(
    rng: np.random.Generator,
    picture: np.ndarray,
    keep: tuple[float, float, float, float] | None = None,
    without: frozenset[str] = frozenset(),
) -> tuple[np.ndarray, np.ndarray]:
    """The tile as the reader sees a small picture: cut off, constant grey around it.

    picture: uint8 [side, side]. keep: left, top, right, bottom that stay inside, pixels.
    Returns a new picture and outside, float32 [side, side], 1 where no picture is.
    The grey is the median of the cut picture's border, as the reader takes it.
    """
    side = picture.shape[0]
    outside = np.zeros((side, side), np.float32)
    if rng.random() >= FRAME or "frame" in without:
        return picture, outside
    left, top, right, bottom = keep or (side * 0.4, side * 0.4, side * 0.6, side * 0.6)
    room = np.array([left, top, side - right, side - bottom]).clip(0, side)
    cut = np.where(rng.random(4) < 0.5, room * rng.random(4) ** 0.5, 0).astype(int)
    inside = np.s_[cut[1] : side - cut[3], cut[0] : side - cut[2]]
    rest = picture[inside]
    border = np.concatenate([rest[0], rest[-1], rest[:, 0], rest[:, -1]])
    framed = np.full_like(picture, np.median(border))
    framed[inside] = rest
    outside += 1
    outside[inside] = 0
    return framed, outside


FRAME = 0.15  # how often

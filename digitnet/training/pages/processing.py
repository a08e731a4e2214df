"""What devices and programs make of a picture: tone, sharpening, scans, files."""

import cv2
import numpy as np

from digitnet.training.pages.layer import log_uniform
from digitnet.training.pages.shot import LEAST_CONTRAST, Shot


def tone(rng: np.random.Generator, shot: Shot) -> None:
    """Gamma, then more or less contrast and brightness; the ends are burnt out a little."""
    value = shot.scene * np.float32(1 / 255)
    gamma, change = log_uniform(rng, 0.55, 1.8), shot.contrast / 255
    paper = float(np.median(value[::4, ::4]))
    after = min(
        (_gamma_contrast(p, change, gamma) for p in (paper, paper * shot.evenness)), key=abs
    )
    if abs(after) >= min(abs(change), LEAST_CONTRAST / 255):
        value = value ** np.float32(gamma)
        change, shot.contrast = after, after * 255
    gain = shot.faintest(log_uniform(rng, 0.4, 1.6))
    low, high = np.quantile(value[::4, ::4], (0.005, 0.995))
    burnt = 0.3 * abs(change)  # of the range, at either end: less than the ink's contrast
    gain = min(gain, max(1.0, 1 / max(high - low - 2 * burnt, 0.1)))
    least, most = -gain * (burnt + low), 1 + gain * (burnt - high)
    shot.scene = (value * np.float32(gain) + rng.uniform(least, max(least, most))) * np.float32(255)
    shot.contrast *= gain


def _gamma_contrast(paper: float, change: float, gamma: float) -> float:
    """What gamma makes of the difference of paper and ink, all in shares of white."""
    ink = min(1.0, max(0.0, paper - change))
    return float(paper**gamma - ink**gamma)


def resolution(rng: np.random.Generator, shot: Shot) -> None:
    """Was a smaller picture or file and is enlarged; a digit keeps at least 10 pixels of height."""
    side = shot.scene.shape[0]
    share = max(rng.uniform(0.35, 0.95), min(1.0, 10 / shot.digit_height))
    share = min(1.0, 0.4 / max(shot.soften(0.4 / share), 1e-6))  # a pixel blurs 0.4 of itself
    small = cv2.resize(shot.scene, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    if rng.random() < 0.35:
        small = _compressed(rng, small, 60)
    ways = (cv2.INTER_NEAREST, cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_CUBIC)
    way = ways[int(rng.integers(4))]
    shot.scene = cv2.resize(small, (side, side), interpolation=way)


def sharpening(rng: np.random.Generator, shot: Shot) -> None:
    """Unsharp mask as phones do, with halos."""
    soft = cv2.GaussianBlur(shot.scene, (0, 0), rng.uniform(0.7, 2.5))
    shot.scene += np.float32(log_uniform(rng, 0.2, 1.5)) * (shot.scene - soft)


def threshold(rng: np.random.Generator, shot: Shot) -> None:
    """Scans in black and white: one level for all or one for each neighbourhood.

    Nothing happens where the light is so uneven that writing would be lost.
    """
    side = shot.scene.shape[0]
    share = rng.uniform(0.3, 0.65)  # where between paper and faintest ink the line is drawn
    paper = np.float32(np.median(shot.scene[::4, ::4]))
    unevenness = (1 - shot.evenness) * float(paper) / max(abs(shot.contrast), 1e-6)
    if unevenness > 1:
        return
    ground: np.ndarray | np.float32 = paper
    if rng.random() < 0.5 or unevenness > 0.3:
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


def posterise(rng: np.random.Generator, shot: Shot) -> None:
    """Few grey levels, as of a small palette; always finer than the ink's contrast."""
    step = min(rng.uniform(6, 64), max(1.0, abs(shot.contrast) / 3))
    shot.scene = np.rint(shot.scene / np.float32(step)) * np.float32(step)


def invert(rng: np.random.Generator, shot: Shot) -> None:
    """Light on dark."""
    shot.scene = 255 - shot.scene
    shot.contrast = -shot.contrast


def jpeg(rng: np.random.Generator, shot: Shot) -> None:
    """JPEG; faint ink gets a better quality, or it would be gone."""
    shot.scene = _compressed(rng, shot.scene, 25 if abs(shot.contrast) > 60 else 50)


def _compressed(rng: np.random.Generator, scene: np.ndarray, worst: int) -> np.ndarray:
    """The scene out of a JPEG file of quality worst to 96."""
    picture = np.rint(np.clip(scene, 0, 255)).astype(np.uint8)
    quality = int(rng.integers(worst, 97))
    _, file = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(file, cv2.IMREAD_GRAYSCALE), np.float32)

"""The fifteen kinds of corruption of MNIST-C (Mu and Gilmer 2019, arXiv:1906.02337).

Written anew from the paper's descriptions; strengths are our own, chosen so that a person
still reads nearly every digit. Pictures in, pictures out: float32 [28, 28], 0 to 1.
"""

import math
from collections.abc import Callable

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Picture = NDArray[np.float32]

_SIDE = 28
_MIDDLE = (_SIDE - 1) / 2


def corrupted(images: NDArray[np.uint8], kind: str, seed: int = 0) -> NDArray[np.uint8]:
    """images: uint8 [N, 28, 28]; returns the same, each image by random numbers of its own.

    Raises:
        KeyError: `kind` is none of `CORRUPTIONS`.
    """
    change = CORRUPTIONS[kind]
    changed = np.empty_like(images)
    number = list(CORRUPTIONS).index(kind)
    for index, image in enumerate(images):
        random = np.random.default_rng([seed, number, index])
        picture = change(image.astype(np.float32) / 255, random)
        changed[index] = np.rint(picture.clip(0, 1) * 255)
    return changed


def _shot_noise(image: Picture, random: Generator) -> Picture:
    """Few photons: each pixel counts about five at white."""
    return (random.poisson(image * 5) / 5).astype(np.float32)


def _impulse_noise(image: Picture, random: Generator) -> Picture:
    """One pixel in five is black or white."""
    draw = random.random(image.shape)
    return np.where(draw < 0.1, 0, np.where(draw < 0.2, 1, image)).astype(np.float32)


def _glass_blur(image: Picture, random: Generator) -> Picture:
    """Seen through frosted glass: pixels change places with near ones."""
    rows, columns = np.mgrid[:_SIDE, :_SIDE].astype(np.float32)
    for _ in range(2):
        away = random.integers(-1, 2, (2, _SIDE, _SIDE)).astype(np.float32)
        image = cv2.remap(image, columns + away[0], rows + away[1], cv2.INTER_NEAREST)
    return cv2.GaussianBlur(image, (0, 0), 0.7)


def _motion_blur(image: Picture, random: Generator) -> Picture:
    """The camera moved along a line of nine pixels."""
    angle = random.uniform(0, math.pi)
    kernel = np.zeros((9, 9), np.float32)
    reach = np.array([math.cos(angle), math.sin(angle)]) * 4
    ends = [tuple(np.rint(4 + sign * reach).astype(int).tolist()) for sign in (-1, 1)]
    cv2.line(kernel, ends[0], ends[1], 1.0, 1)
    blurred = cv2.filter2D(image, -1, kernel / kernel.sum())
    return blurred / max(float(blurred.max()), 0.1)


def _moved(image: Picture, matrix: NDArray[np.float64], shift: tuple[float, float]) -> Picture:
    """Mapped about the middle by a 2x2 matrix, then shifted by pixels."""
    middle = np.full(2, _MIDDLE)
    affine = np.column_stack([matrix, middle - matrix @ middle + shift])
    return cv2.warpAffine(image, affine, (_SIDE, _SIDE))


def _sign(random: Generator) -> float:
    return float(random.choice([-1, 1]))


def _shear(image: Picture, random: Generator) -> Picture:
    """Slanted by up to 35 degrees."""
    return _moved(image, np.array([[1, _sign(random) * random.uniform(0.4, 0.7)], [0, 1]]), (0, 0))


def _scale(image: Picture, random: Generator) -> Picture:
    """About half as large."""
    return _moved(image, np.eye(2) * random.uniform(0.5, 0.65), (0, 0))


def _rotate(image: Picture, random: Generator) -> Picture:
    """Turned by 25 to 40 degrees."""
    angle = math.radians(_sign(random) * random.uniform(25, 40))
    turn = [[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]
    return _moved(image, np.array(turn), (0, 0))


def _brightness(image: Picture, random: Generator) -> Picture:
    """The paper is grey where it should be black."""
    brighter: Picture = image + np.float32(random.uniform(0.3, 0.6))
    return brighter


def _translate(image: Picture, random: Generator) -> Picture:
    """Shifted by four to six pixels each way."""
    shift = (_sign(random) * random.uniform(4, 6), _sign(random) * random.uniform(4, 6))
    return _moved(image, np.eye(2), shift)


def _stripe(image: Picture, random: Generator) -> Picture:
    """A stripe of six columns in the middle is inverted."""
    left = int(random.integers(9, 14))
    changed = image.copy()
    changed[:, left : left + 6] = 1 - changed[:, left : left + 6]
    return changed


def _clouds(random: Generator) -> Picture:
    """Noise of every size, 0 to 1."""
    field = np.zeros((_SIDE, _SIDE), np.float32)
    for octave in range(1, 5):
        side = 2**octave + 1
        noise = random.random((side, side)).astype(np.float32)
        field += cv2.resize(noise, (_SIDE, _SIDE), interpolation=cv2.INTER_CUBIC) / 2**octave
    clouds: Picture = (field - field.min()) / (field.max() - field.min())
    return clouds


def _fog(image: Picture, random: Generator) -> Picture:
    """Clouds before the digit."""
    return ((image + 1.2 * _clouds(random)) / 1.9).astype(np.float32)


def _spatter(image: Picture, random: Generator) -> Picture:
    """Splashes of ink."""
    drops = cv2.GaussianBlur(random.standard_normal(image.shape, np.float32), (0, 0), 1.1)
    return np.maximum(image, (drops > np.quantile(drops, 0.92)).astype(np.float32))


def _ends(random: Generator) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A point on the left side and one on the right."""
    return (
        np.array([0, random.uniform(4, 24)]),
        np.array([_SIDE - 1, random.uniform(4, 24)]),
    )


def _dotted_line(image: Picture, random: Generator) -> Picture:
    """A dotted line runs across."""
    start, end = _ends(random)
    changed = image.copy()
    for share in np.linspace(0, 1, 10):
        column, row = np.rint(start + share * (end - start)).astype(int)
        cv2.circle(changed, (int(column), int(row)), 1, 1.0, -1)
    return changed


def _zigzag(image: Picture, random: Generator) -> Picture:
    """A line that goes up and down runs across."""
    start, end = _ends(random)
    places = start + np.linspace(0, 1, 9)[:, None] * (end - start)
    places[1::2, 1] += 4
    changed = image.copy()
    cv2.polylines(changed, [np.rint(places).astype(np.int32)], False, 1.0, 1, cv2.LINE_AA)
    return changed


def _canny_edges(image: Picture, random: Generator) -> Picture:
    """Outlines alone."""
    edges = cv2.Canny(np.rint(image * 255).astype(np.uint8), 100, 200)
    return edges.astype(np.float32) / 255


CORRUPTIONS: dict[str, Callable[[Picture, Generator], Picture]] = {
    "shot noise": _shot_noise,
    "impulse noise": _impulse_noise,
    "glass blur": _glass_blur,
    "motion blur": _motion_blur,
    "shear": _shear,
    "scale": _scale,
    "rotate": _rotate,
    "brightness": _brightness,
    "translate": _translate,
    "stripe": _stripe,
    "fog": _fog,
    "spatter": _spatter,
    "dotted line": _dotted_line,
    "zigzag": _zigzag,
    "canny edges": _canny_edges,
}

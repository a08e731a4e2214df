"""Large pictures of many contents: what a reader's time must not depend on."""

from collections.abc import Iterator

import cv2
import numpy as np
from compose import page
from mnist import Digits
from no_digits import texture
from numpy.typing import NDArray
from surround import surface

Picture = NDArray[np.uint8]
SEED = 9


def contents(digits: Digits, size: tuple[int, int]) -> Iterator[tuple[str, Picture]]:
    """Names and pictures, uint8 [H, W, 3]. size: width and height."""
    random = np.random.default_rng(SEED)
    photo = _at(_page(digits, random), size)
    yield "page", photo
    yield "separate digits", _at(separate(digits[0]), size)
    yield "dark border", _bordered(random, photo)
    yield "wood", surface(random, size[::-1], "wood")
    yield "cloth", surface(random, size[::-1], "cloth")
    yield "textures", _tiled(random, size)
    yield "noise", random.integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    yield "coarse noise", _at(random.integers(0, 256, (300, 400, 3), dtype=np.uint8), size)


def line_photo(digits: Digits) -> Picture:
    """A photo of one line of digits, 1280 pixels wide."""
    for seed in range(1000):
        picture, answer = page(np.random.default_rng([SEED, seed]), *digits)
        if len(answer) == 1 and 6 <= len(answer[0]) <= 10 and picture.shape[1] > picture.shape[0]:
            height = round(1280 * picture.shape[0] / picture.shape[1])
            return _at(picture, (1280, height))
    raise AssertionError("no page of one line")


def separate(images: NDArray[np.uint8]) -> Picture:
    """A page of 15 lines of 20 digits that stand apart: uint8 [H, W], dark on light."""
    framed = np.pad(images[:300], ((0, 0), (6, 6), (1, 1)))
    ink = framed.reshape(15, 20, 40, 30).transpose(0, 2, 1, 3).reshape(600, 600)
    return 240 - (np.pad(ink, 30) * 0.75).astype(np.uint8)


def _page(digits: Digits, random: np.random.Generator) -> Picture:
    return page(random, *digits)[0]


def _bordered(random: np.random.Generator, photo: Picture) -> Picture:
    """A twentieth of each side dark."""
    border = surface(random, photo.shape[:2], "black")
    rows, columns = (side // 20 for side in photo.shape[:2])
    border[rows:-rows, columns:-columns] = photo[rows:-rows, columns:-columns]
    return border


def _tiled(random: np.random.Generator, size: tuple[int, int]) -> Picture:
    """Twelve textures side by side."""
    tile = (size[0] // 4, size[1] // 3)
    rows = [np.hstack([_at(texture(random), tile) for _ in range(4)]) for _ in range(3)]
    return _at(np.vstack(rows), size)


def _at(picture: Picture, size: tuple[int, int]) -> Picture:
    if picture.ndim == 2:
        picture = cv2.cvtColor(picture, cv2.COLOR_GRAY2RGB)
    return cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC)

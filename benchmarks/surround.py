"""What lies around a paper in a photograph: an edge of the picture, or a whole table."""

import math

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from photograph import Picture, log_uniform

MATERIALS = ("black", "brown", "wood")
_TABLES = ("wood", "cloth", "metal")


def with_margin(random: Generator, picture: Picture, material: str, sides: int) -> Picture:
    """The picture with a table showing on one, two or four sides.

    Each strip is 4 to 20 per cent of the picture's mean side; nothing of the picture is lost.
    """
    picture = _coloured(picture)
    height, width = picture.shape[:2]
    chosen = random.choice(4, sides, replace=False)
    strips = np.zeros(4, int)  # top, bottom, left, right
    least = np.maximum(2, random.uniform(0.04, 0.2, sides) * math.sqrt(height * width))
    strips[chosen] = np.rint(least)
    top, bottom, left, right = strips.tolist()
    around = surface(random, (height + top + bottom, width + left + right), material)
    around[top : top + height, left : left + width] = picture
    return around


def on_table(random: Generator, picture: Picture) -> Picture:
    """The paper lying askew on a table that shows on one to four sides, seen a little from aside.

    Nothing of the paper is lost but where a whole edge of it lies outside.
    """
    picture = _coloured(picture)
    height, width = picture.shape[:2]
    seen = random.random(4) < 0.6
    seen[random.integers(4)] = True
    strips = np.where(seen, random.uniform(0.06, 0.3, 4), 0) * math.sqrt(height * width)
    top, bottom, left, right = strips.round().astype(int).tolist()
    shape = (height + top + bottom, width + left + right)
    askew = random.uniform(0, 0.04, (4, 2)) * min(height, width)
    into = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]]) * askew
    # A corner beside an edge that does not show is not drawn in: no table lies there.
    into *= [[x, y] for x, y in zip(seen[[2, 3, 3, 2]], seen[[0, 0, 1, 1]], strict=True)]
    corners = np.float32([[0, 0], [width, 0], [width, height], [0, height]])
    matrix = cv2.getPerspectiveTransform(corners, np.float32(corners + into + [left, top]))
    size = shape[::-1]
    table = surface(random, shape, str(random.choice(_TABLES))).astype(np.float32)
    paper = cv2.warpPerspective(picture, matrix, size, borderMode=cv2.BORDER_REPLICATE)
    cover = cv2.warpPerspective(np.ones((height, width), np.float32), matrix, size)
    shadow = cv2.GaussianBlur(cover, (0, 0), 2 + 0.01 * max(shape))
    away = random.uniform(-0.01, 0.01, 2) * max(shape)
    shadow = cv2.warpAffine(shadow, np.float32([[1, 0, away[0]], [0, 1, away[1]]]), size)
    table *= (1 - random.uniform(0.1, 0.5) * shadow)[..., None]
    mixed = table + cover[..., None] * (paper - table)
    return np.clip(mixed, 0, 255).astype(np.uint8)


def surface(random: Generator, shape: tuple[int, int], material: str) -> NDArray[np.uint8]:
    """A table's top: uint8 [H, W, 3]."""
    match material:
        case "black":
            base, grain = random.uniform(0, 18, 3), 1.5 * _noise(random, shape, 1, 1)
        case "brown":
            base = np.array([58, 38, 26]) * random.uniform(0.7, 1.2)
            grain = 3 * _noise(random, shape, 1, 1)
        case "wood":
            base = np.array([150, 104, 66]) * random.uniform(0.8, 1.25)
            grain = _rings(random, shape)
        case "cloth":
            base, grain = random.uniform(20, 190, 3), _weave(random, shape)
        case _:  # metal, brushed
            base = np.full(3, random.uniform(90, 190))
            grain = 7 * _noise(random, shape, 60, 1) + 20 * _noise(random, shape, 400, 400)
    tint = base / max(1.0, float(base.max()))
    field = np.float32(base) + grain[..., None] * np.float32(0.4 + 0.6 * tint)
    return np.clip(field, 0, 255).astype(np.uint8)


def _noise(random: Generator, shape: tuple[int, int], across: float, down: float) -> NDArray:
    """Noise of deviation 1, as coarse as so many pixels: float32 [H, W]."""
    coarse = (2 + int(shape[0] / down), 2 + int(shape[1] / across))
    noise = random.standard_normal(coarse, np.float32)
    return cv2.resize(noise, shape[::-1], interpolation=cv2.INTER_LINEAR)


def _rings(random: Generator, shape: tuple[int, int]) -> NDArray:
    """Wood: bands along one side that wander, fine fibres, seams between boards."""
    lying = random.random() < 0.5
    rows, columns = shape if lying else shape[::-1]
    period = log_uniform(random, 8, 60)
    bent = np.arange(rows, dtype=np.float32)[:, None] / period
    bent = bent + 1.5 * _noise(random, (rows, columns), columns / 2, 4 * period)
    field = 14 * np.sin(2 * np.pi * bent) + 7 * _noise(random, (rows, columns), 50, 1.5)
    field += 3 * _noise(random, (rows, columns), 1, 1)
    board = random.uniform(0.2, 0.6) * max(shape)
    seam = np.abs((np.arange(rows) + random.uniform(0, board)) % board - board / 2) < 1.5
    field[seam] -= 45
    return field if lying else field.T


def _weave(random: Generator, shape: tuple[int, int]) -> NDArray:
    """Cloth: threads over and under, and folds; some of it checked."""
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    thread = log_uniform(random, 3, 12)
    field = 9 * np.sin(2 * np.pi * rows / thread) * np.sin(2 * np.pi * columns / thread)
    field = field + 14 * _noise(random, shape, 150, 150) + 4 * _noise(random, shape, 1, 1)
    if random.random() < 0.4:
        check = log_uniform(random, 30, 120)
        field = field + 25 * ((rows // check % 2).astype(int) ^ (columns // check % 2).astype(int))
    return field.astype(np.float32)


def _coloured(picture: Picture) -> NDArray[np.uint8]:
    return picture if picture.ndim == 3 else cv2.cvtColor(picture, cv2.COLOR_GRAY2RGB)

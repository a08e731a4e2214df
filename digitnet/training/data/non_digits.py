"""Made-up pictures that are no digit, to teach the network when to be unsure.

Trained on digits alone, a network is sure of whatever it sees. Shown letters,
scribbles and broken digits with no right answer, it learns to spread its
probability there (outlier exposure: Hendrycks, Mazeika and Dietterich 2019,
arXiv:1812.04606). Everything here is drawn by this file from a seed, in the form of
MNIST, as the reader would hand it on; letters that a person could take for a digit
(O, I, l, S, Z, b, g, q ...) are left out.
"""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from digitnet.mnist_format import mnist_form
from digitnet.training.pages.print import font_paths

LETTERS = "ABCDEFGHJKLMNPQRTUVWXYadefhkmnprtuvwx"
SYMBOLS = "#$%&*+=<>?@"
_CANVAS = 84  # pixels a side that everything is drawn on

Picture = NDArray[np.float32]


def make_non_digits(
    count: int, digits: NDArray[np.uint8], labels: NDArray[np.integer], seed: int
) -> NDArray[np.uint8]:
    """`count` pictures of no digit.

    digits: uint8 [N, 28, 28] with labels [N], the training images that some are made
    from. Returns uint8 [count, 28, 28], light ink on black.
    """
    random = np.random.default_rng(seed)
    makers: list[tuple[float, Callable[[], Picture]]] = [
        (0.50, lambda: _letter(random)),
        (0.10, lambda: _scribble(random)),
        (0.10, lambda: _broken_digit(random, digits, labels)),
        (0.18, lambda: _several_digits(random, digits)),
        (0.07, lambda: _shape(random)),
        (0.05, lambda: _texture(random)),
    ]
    shares = [share for share, _ in makers]
    pictures = np.zeros((count, 28, 28), np.uint8)
    for index, kind in enumerate(random.choice(len(makers), size=count, p=shares)):
        pictures[index] = _cut_to_form(makers[kind][1]())
    return pictures


def _grey(canvas: NDArray[np.uint8]) -> Picture:
    return canvas.astype(np.float32) / np.float32(255)


def _letter(random: Generator) -> Picture:
    """A letter or sign, of a stroke font or an outline font, bent."""
    character = random.choice(list(LETTERS if random.random() < 0.9 else SYMBOLS))
    if random.random() < 0.4:
        canvas = np.zeros((_CANVAS, _CANVAS), np.uint8)
        font = int(random.integers(0, 8)) | (cv2.FONT_ITALIC if random.random() < 0.3 else 0)
        thickness = int(random.integers(2, 10))
        size = cv2.getTextSize(character, font, 1.0, 1)[0]
        scale = 48 / max(size)
        (width, height), _ = cv2.getTextSize(character, font, scale, thickness)
        corner = ((_CANVAS - width) // 2, (_CANVAS + height) // 2)
        cv2.putText(canvas, character, corner, font, scale, 255, thickness, cv2.LINE_AA)
    else:
        image = Image.new("L", (_CANVAS, _CANVAS))
        paths = font_paths()
        outline = ImageFont.truetype(str(paths[random.integers(len(paths))]), 56)
        ImageDraw.Draw(image).text(
            (_CANVAS // 2, _CANVAS // 2),
            character,
            fill=255,
            font=outline,
            anchor="mm",
            stroke_width=int(random.choice([0, 0, 0, 1, 2, 4])),
        )
        canvas = np.array(image)
    return _bent(_grey(canvas), random)


def _bent(picture: Picture, random: Generator) -> Picture:
    """As a hand would write it: turned, slanted, squeezed and warped."""
    angle, shear = random.normal(0, 0.12), random.normal(0, 0.18)
    narrow = np.exp(random.normal(0, 0.15))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = turn @ np.array([[narrow, shear], [0, 1 / narrow]])
    centre = np.full(2, _CANVAS / 2)
    affine = np.column_stack([matrix, centre - matrix @ centre]).astype(np.float32)
    picture = cv2.warpAffine(picture, affine, (_CANVAS, _CANVAS))
    waves = random.normal(0, 1, (2, 5, 5)).astype(np.float32) * random.uniform(0, 3)
    rows, columns = np.mgrid[:_CANVAS, :_CANVAS].astype(np.float32)
    dx, dy = (cv2.resize(w, (_CANVAS, _CANVAS), interpolation=cv2.INTER_CUBIC) for w in waves)
    return cv2.remap(picture, columns + dx, rows + dy, cv2.INTER_LINEAR)


def _scribble(random: Generator) -> Picture:
    """Smooth random lines, too tangled for a digit."""
    canvas = np.zeros((_CANVAS, _CANVAS), np.uint8)
    thickness = int(random.integers(2, 10))
    lines = int(random.integers(1, 4))
    for _ in range(lines):
        count = random.integers(8 - lines, 14)
        knots = random.uniform(12, _CANVAS - 12, (count, 2)).astype(np.float32)
        path = cv2.resize(knots.reshape(-1, 1, 2), (1, 80), interpolation=cv2.INTER_CUBIC)
        cv2.polylines(canvas, [np.rint(path).astype(np.int32)], False, 255, thickness, cv2.LINE_AA)
    return _grey(canvas)


def _broken_digit(
    random: Generator, digits: NDArray[np.uint8], labels: NDArray[np.integer]
) -> Picture:
    """A digit mirrored, on its side, or scratched out."""
    index = random.integers(len(digits))
    digit, turns = _grey(digits[index]), labels[index] in (2, 3, 4, 5, 7)
    match random.integers(3):
        case 0 if turns:
            return np.ascontiguousarray(digit[:, ::-1])
        case 1 if turns:
            return np.ascontiguousarray(np.rot90(digit))
        case _:
            canvas = cv2.resize(digit, (_CANVAS, _CANVAS), interpolation=cv2.INTER_CUBIC)
            for _ in range(random.integers(3, 6)):  # one bar would only cross a seven or a zero
                ends = random.integers(6, _CANVAS - 6, (2, 2))
                ends[0, 0], ends[1, 0] = 4, _CANVAS - 4
                cv2.line(canvas, ends[0].tolist(), ends[1].tolist(), 1.0, 6, cv2.LINE_AA)
            return canvas.clip(0, 1)


def _several_digits(random: Generator, digits: NDArray[np.uint8]) -> Picture:
    """Two digits, or one and a slice of its neighbour, side by side; now and then above.

    This is what a reader looks at while it seeks where digits that touch are to be cut.
    """
    first, second = (_tight(digits[index]) for index in random.integers(len(digits), size=2))
    if random.random() < 0.4:
        part = max(4, round(second.shape[1] * random.uniform(0.55, 0.85)))
        second = second[:, :part]
    if random.random() < 0.5 and random.random() < 0.8:
        first, second = first[:, ::-1], second[:, ::-1]  # the slice stands on the left
        return np.ascontiguousarray(_beside(random, first, second)[:, ::-1])
    if random.random() < 0.15:
        return np.ascontiguousarray(_beside(random, first.T, second.T).T)
    return _beside(random, first, second)


def _tight(digit: NDArray[np.uint8]) -> Picture:
    rows, columns = np.flatnonzero(digit.any(axis=1)), np.flatnonzero(digit.any(axis=0))
    return _grey(digit[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])


def _beside(random: Generator, left: Picture, right: Picture) -> Picture:
    """Two pictures next to each other, from a gap of 3 pixels to an overlap of 4."""
    start = max(2, left.shape[1] + int(random.integers(-4, 4)))
    height = max(left.shape[0], right.shape[0]) + 4
    both = np.zeros((height, max(left.shape[1], start + right.shape[1])), np.float32)
    for picture, at in ((left, 0), (right, start)):
        top = int(random.integers(0, height - picture.shape[0] + 1))
        place = both[top : top + picture.shape[0], at : at + picture.shape[1]]
        np.maximum(place, picture, out=place)
    return both


def _shape(random: Generator) -> Picture:
    """A filled blot, a box, a cross, a star of lines, a grid, dots."""
    canvas = np.zeros((_CANVAS, _CANVAS), np.uint8)
    thickness = int(random.integers(3, 9))
    match random.integers(5):
        case 0:
            points = random.integers(14, _CANVAS - 14, (random.integers(3, 8), 2))
            cv2.fillPoly(canvas, [cv2.convexHull(points.astype(np.int32))], 255)
        case 1:
            corners = random.integers(14, _CANVAS - 14, (random.integers(3, 5), 2))
            cv2.polylines(canvas, [corners.astype(np.int32)], True, 255, thickness, cv2.LINE_AA)
        case 2:
            for _ in range(random.integers(4, 8)):
                ends = random.integers(10, _CANVAS - 10, (2, 2)).tolist()
                cv2.line(canvas, ends[0], ends[1], 255, thickness, cv2.LINE_AA)
        case 3:
            step = int(random.integers(14, 34))
            for at in range(int(random.integers(6, 14)), _CANVAS, step):
                cv2.line(canvas, (at, 4), (at, _CANVAS - 4), 255, thickness // 2 + 1)
                cv2.line(canvas, (4, at), (_CANVAS - 4, at), 255, thickness // 2 + 1)
        case _:
            for _ in range(random.integers(3, 12)):
                at = random.integers(12, _CANVAS - 12, 2).tolist()
                cv2.circle(canvas, at, int(random.integers(2, 9)), 255, -1, cv2.LINE_AA)
    return _grey(canvas)


def _texture(random: Generator) -> Picture:
    """Noise of some grain, as grey as it comes or cut to black and white."""
    grain = int(random.integers(3, 29))
    noise = random.random((grain, grain)).astype(np.float32)
    picture = cv2.resize(noise, (_CANVAS, _CANVAS), interpolation=cv2.INTER_CUBIC)
    if random.random() < 0.7:
        picture = (picture > random.uniform(0.3, 0.7)).astype(np.float32)
    return np.clip(picture, 0, 1)


def _cut_to_form(picture: Picture) -> NDArray[np.uint8]:
    rows = np.flatnonzero(picture.max(axis=1) > 0.3)
    columns = np.flatnonzero(picture.max(axis=0) > 0.3)
    if len(rows) == 0 or len(columns) == 0:
        return np.zeros((28, 28), np.uint8)
    return mnist_form(picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])

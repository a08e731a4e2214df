"""Strips of one to four digits that touch, made from the training set.

Each digit is written anew by another hand and moved against its neighbour until their ink
meets or overlaps; the strip is turned as lines on a page are, cut tight and brought to 20
pixels of height, which is what the reader makes of such ink (`digitnet.reading.normalise`).
"""

import math

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from digitnet.mnist_format import BOX, SIZE

WIDTH = 72  # pixels of a strip: four digits of most hands
NO_DIGIT = 10  # what stands for any other sign in an answer
_FINE = 2  # samples to a pixel while a strip is composed
_COUNTS, _SHARES = (1, 2, 3, 4), (0.22, 0.48, 0.2, 0.1)
_SIGNS = 0.06  # share of places where no digit stands
_BEND = 0.5  # pixels by which strokes are bent, deviation
_SIDE = 40 * _FINE  # of the square in which a digit is written anew
_EVERY_PIXEL = np.stack(np.meshgrid(np.arange(_SIDE), np.arange(_SIDE)), 2).astype(np.float32)

Glyph = NDArray[np.float32]  # [H, W], 0 paper to 1 ink, cut tight


def make_strips(
    count: int,
    digits: NDArray[np.uint8],
    labels: NDArray[np.integer],
    signs: NDArray[np.uint8],
    seed: int,
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """`count` strips and what is written in them.

    digits: uint8 [N, 28, 28] with labels [N]; signs: uint8 [M, 28, 28] of no digit.
    Returns uint8 [count, 28, 72], light on black, and int64 [count, 4], -1 after the end.
    """
    random = np.random.default_rng(seed)
    strips = np.zeros((count, SIZE, WIDTH), np.uint8)
    answers = np.full((count, max(_COUNTS)), -1, np.int64)
    for index in range(count):
        while True:
            length = int(random.choice(_COUNTS, p=_SHARES))
            glyphs, answer = [], []
            for _ in range(length):
                if random.random() < _SIGNS:
                    glyphs.append(_glyph(random, signs[random.integers(len(signs))]))
                    answer.append(NO_DIGIT)
                else:
                    chosen = random.integers(len(digits))
                    glyphs.append(_glyph(random, digits[chosen]))
                    answer.append(int(labels[chosen]))
            form = _strip_form(_placed(random, glyphs), random)
            if form is not None:
                break
        strips[index] = form
        answers[index, :length] = answer
    return strips, answers


def _glyph(random: Generator, image: NDArray[np.uint8]) -> Glyph:
    """One digit as another hand would write it, at twice MNIST's scale."""
    size = _FINE * math.exp(random.normal(0, 0.1))
    narrow = math.exp(random.normal(-0.05, 0.14))
    angle, shear = random.normal(0, 0.1), random.normal(0, 0.15)
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    matrix = turn @ np.array([[size * narrow, size * shear], [0, size]])
    affine = np.column_stack([matrix, _SIDE / 2 - matrix @ np.full(2, SIZE / 2)])
    large = cv2.warpAffine(image, affine.astype(np.float32), (_SIDE, _SIDE), flags=cv2.INTER_LINEAR)
    # A coarse random field, smoothly enlarged, is an elastic distortion.
    field = random.normal(0, _BEND * _FINE, (5, 5, 2)).astype(np.float32)
    bend = cv2.resize(field, (_SIDE, _SIDE), interpolation=cv2.INTER_CUBIC)
    large = cv2.remap(large, _EVERY_PIXEL + bend, None, cv2.INTER_LINEAR)
    x, y, width, height = cv2.boundingRect((large > 60).astype(np.uint8))
    return large[y : y + height, x : x + width].astype(np.float32) / 255


def _placed(random: Generator, glyphs: list[Glyph]) -> Glyph:
    """Digits side by side on about one baseline, most of them touching."""
    rows = 56 * _FINE
    strip = np.zeros((rows, sum(g.shape[1] for g in glyphs) + 24 * _FINE), np.float32)
    edge = np.full(rows, -np.inf)
    width = start = 0
    for glyph in glyphs:
        height = glyph.shape[0]
        middle = 28 * _FINE + random.normal(0, 1.6) * _FINE
        top = int(np.clip(round(middle - height / 2), 0, rows - height))
        own = glyph > 0.35
        inked = np.flatnonzero(own.any(axis=1))
        if width == 0:
            at = 0
        else:
            left = np.full(rows, np.inf)
            left[top + inked] = own[inked].argmax(axis=1)
            reach = cv2.dilate(edge[:, None], np.ones((3, 1), np.uint8))[:, 0]
            apart = float(np.max(reach - left))
            gap = -abs(random.normal(0, 1.3)) if random.random() < 0.8 else random.uniform(0, 2.5)
            at = round(apart + gap * _FINE) if math.isfinite(apart) else start + width
            at = max(at, start + round(0.3 * width), 0)
        start, width = at, glyph.shape[1]
        place = strip[top : top + height, start : start + width]
        np.maximum(place, glyph[:, : place.shape[1]], out=place)
        edge[:] = -np.inf
        edge[top + inked] = start + width - 1 - own[inked, ::-1].argmax(axis=1)
    return strip


def _strip_form(strip: Glyph, random: Generator) -> NDArray[np.uint8] | None:
    """Turned, cut tight and brought to 20 pixels of height; None where it is too wide."""
    angle = random.normal(0, 5) if random.random() < 0.7 else random.uniform(-16, 16)
    strip = _turned(strip, angle)
    x, y, width, height = cv2.boundingRect((strip > 0.3).astype(np.uint8))
    strip = np.ascontiguousarray(strip[y : y + height, x : x + width])
    if random.random() < 0.08:  # what is left of a rule
        along = int(random.integers(strip.shape[0] // 4, strip.shape[0]))
        tilt = int(random.integers(-4, 5))
        ends = ((0, along), (strip.shape[1], along + tilt))
        cv2.line(strip, *ends, float(random.uniform(0.3, 1)), int(random.integers(1, 4)))
    scale = BOX / height
    if width * scale > WIDTH - 6:
        return None
    size = (max(1, round(width * scale)), BOX)
    small = cv2.resize(strip, size, interpolation=cv2.INTER_AREA)
    form = np.zeros((SIZE, WIDTH), np.uint8)
    left = int(random.integers(3, WIDTH - size[0] - 2))
    left = min(left, int(random.integers(3, 9)))
    top = (SIZE - BOX) // 2
    grey = np.rint(small * (255 / max(small.max(), 0.1))).clip(0, 255)
    form[top : top + BOX, left : left + size[0]] = grey
    return form


def _turned(strip: Glyph, degrees: float) -> Glyph:
    height, width = strip.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    room = round(abs(math.sin(math.radians(degrees))) * max(strip.shape))
    matrix[:, 2] += (0, room / 2)
    return cv2.warpAffine(strip, matrix, (width, height + room))

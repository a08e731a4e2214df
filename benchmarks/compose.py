"""Made-up photographs with known answers, from MNIST's images and a seed.

Ink is composed first, as coverage from 0 to 1, and then photographed: colours, paper,
rules, light, blur, noise and JPEG are drawn at random. `page` gives lines of
digits. Pictures of one digit are in `singles.py`, forms in `forms.py`, what lies around a
paper in `surround.py`.

This is a program apart from what the finder is trained on (digitnet/training/pages), with
kinds of its own, so that it does not merely ask for what was trained.
"""

import math

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from photograph import Ink, Picture, log_uniform, photographed
from scores import SIGN
from signs import sign

_FINE = 8  # samples to a pixel of MNIST while a digit is drawn
_LINE = 0.8  # the finest pen, pixels of MNIST


def page(
    random: Generator,
    images: NDArray[np.uint8],
    labels: NDArray[np.integer],
    *,
    signs: float = 0.0,
    lengths: list[int] | None = None,
) -> tuple[Picture, list[str]]:
    """A photograph of a page of digits; and its lines, a space between groups.

    images: uint8 [N, 28, 28] with labels [N]; the page's digits are drawn from them.
    signs: how often one stands behind a digit, as `?` in the answer. lengths: digits in each
    line, drawn too where they are not given.
    """
    lengths, grouped = (lengths, 0) if lengths else _layout(random)
    height = min(log_uniform(random, 24, 130), 2000 / (max(lengths) + 2))
    pen, zero = pen_width(random, height), random.choice([1, 1, 1, 0.6])  # small zeros
    spacing = random.uniform(0.1, 0.4)
    strips, answer = [], []
    for length in lengths:
        chosen = random.integers(len(images), size=length)
        text, gaps, last_group = str(labels[chosen[0]]), [], 0
        for index in range(1, length):
            wide = grouped and index - last_group >= grouped and random.random() < 0.6
            last_group = index if wide else last_group
            text += (" " if wide else "") + str(labels[chosen[index]])
            if wide:
                gaps.append(spacing + random.uniform(0.8, 1.4))
            elif random.random() < 0.23:  # some cannot without lying on each other
                gaps.append(-random.uniform(0.02, 0.06))
            else:
                gaps.append(spacing * random.uniform(0.7, 1.4))
        sizes = height / 20 * random.uniform(0.8, 1.2, length) * np.where(labels[chosen], 1, zero)
        glyphs = [drawn(images[i], size, pen) for i, size in zip(chosen, sizes, strict=True)]
        drops = [0.0] * length
        if signs:
            text = _with_signs(random, signs, text, (glyphs, gaps, drops), height, pen)
        strips.append(_line(random, glyphs, [gap * height for gap in gaps], height, drops))
        answer.append(text)
    slant = random.uniform(-15, 15) if random.random() < 0.6 else random.uniform(-2, 2)
    pitch = random.uniform(1.5, 2.4) * height
    ink, shrunk = at_most(turned(_stacked(random, strips, pitch, height), slant), 2300)
    height, pitch = height * shrunk, pitch * shrunk
    sides = np.clip(np.array(ink.shape) * random.uniform(1.08, 1.9, 2), 500, 2500)
    spare = np.maximum(sides.astype(int) - ink.shape, round(0.2 * height))
    top, left = (int(random.integers(s // 6, s - s // 6)) for s in spare)
    rows, columns = spare.tolist()
    margins = (top, rows - top, left, columns - left)
    ink = cv2.copyMakeBorder(ink, *margins, cv2.BORDER_CONSTANT, value=0)
    for _ in range(int(random.choice([0, 0, 3]))):  # specks
        at = [int(random.integers(side)) for side in ink.shape[::-1]]
        cv2.circle(ink, at, round(random.uniform(0.01, 0.05) * height), 1.0, -1, cv2.LINE_AA)
    return photographed(random, ink, height, rules=1 / 3, slant=slant, pitch=pitch), answer


def _layout(random: Generator) -> tuple[list[int], int]:
    """Digits in each line, and after how many a group may end (0: no groups)."""
    if random.random() < 0.1:  # a column of single digits, or two of them
        columns = int(random.integers(1, 3))
        return [columns] * int(random.integers(3, 7)), columns - 1
    lengths = random.integers(3, 13, random.integers(1, 7)).tolist()
    return lengths, int(random.integers(2, 5)) if random.random() < 0.4 else 0


def _with_signs(
    random: Generator,
    often: float,
    text: str,
    line: tuple[list[Ink], list[float], list[float]],
    height: float,
    pen: float,
) -> str:
    """Put signs behind digits of a line, in place; returns its text with a `?` for each."""
    glyphs, gaps, drops = line
    written = text.replace(" ", "")
    for index in reversed(range(1, len(written) + 1)):
        if random.random() < often:
            ink, drop = sign(random, height, pen)
            glyphs.insert(index, ink)
            gaps.insert(index - 1, random.uniform(0.15, 0.45))
            drops.insert(index, drop)
            written = written[:index] + SIGN + written[index:]
    return written


def _line(
    random: Generator, glyphs: list[Ink], gaps: list[float], height: float, drops: list[float]
) -> Ink:
    """Digits side by side on one baseline. gaps: pixels of paper before all but the first,
    at the place where they come closest; negative where ink lies on ink. drops: pixels by
    which each reaches below the baseline.
    """
    rows = round(2 * height)
    widths = sum(g.shape[1] for g in glyphs) + sum(abs(g) for g in gaps)
    strip = np.zeros((rows, math.ceil(widths) + 8), np.float32)
    edge = np.full(rows, -np.inf, np.float32)  # of the digit before, the right end of its ink
    start = width = 0
    for glyph, gap, drop in zip(glyphs, [0.0, *gaps], drops, strict=True):
        jitter = random.uniform(-0.08, 0.08) * height
        top = max(0, round(1.5 * height + drop - glyph.shape[0] + jitter))
        own = glyph > 0.4
        left = np.full(rows, np.inf, np.float32)
        inked = np.flatnonzero(own.any(axis=1))
        left[top + inked] = own[inked].argmax(axis=1)
        at = 0
        if width:
            around = 2 * max(0, round(gap)) + 1  # paper between them upwards and downwards too
            reach = cv2.dilate(edge[:, None], np.ones((around, 1), np.uint8))[:, 0]
            apart = float(np.max(reach - left)) + gap
            least = start + max(width - 0.25 * height, 0.2 * width)
            at = round(max(apart, least)) if np.isfinite(apart) else start + width
        start, width = at, glyph.shape[1]
        place = strip[top : top + glyph.shape[0], start : start + width]
        np.maximum(place, glyph[:, : place.shape[1]], out=place)
        edge[:] = -np.inf
        edge[top + inked] = start + width - 1 - own[inked, ::-1].argmax(axis=1)
    return strip[:, : start + width]


def _stacked(random: Generator, strips: list[Ink], pitch: float, height: float) -> Ink:
    """Lines below each other, their beginnings in a column or ragged."""
    ragged = random.choice([0.1, 0.4, 2.0]) * height
    starts = [round(random.uniform(0, ragged)) for _ in strips]
    rows = math.ceil(pitch * (len(strips) - 1) + 2 * height) + 1
    columns = max(map(sum, zip(starts, (strip.shape[1] for strip in strips), strict=True)))
    ink = np.zeros((rows, columns), np.float32)
    for index, (start, strip) in enumerate(zip(starts, strips, strict=True)):
        place = ink[round(index * pitch) :, start:][: strip.shape[0], : strip.shape[1]]
        np.maximum(place, strip, out=place)
    return _cut(ink)


def pen_width(random: Generator, height: float) -> float:
    """Of a fine pen to a marker, in pixels of MNIST's 20x20 box; over one of the picture's.

    height: of the digits, pixels.
    """
    return max(log_uniform(random, _LINE, 4), 26 / height)


def drawn(digit: NDArray[np.uint8], scale: float, pen: float) -> Ink:
    """A digit with smooth edges, `scale` times as large, by another pen; cut tight.

    digit: uint8 [28, 28]. pen: mean stroke width in pixels of MNIST. All strokes grow or
    shrink alike: a 6 whose loop is a blot stays one, or it would be drawn as a 1. They grow
    a little only, so that holes stay open, and shrink to no less than a line.
    """
    grey = cv2.copyMakeBorder(digit, 2, 2, 2, 2, cv2.BORDER_CONSTANT, value=0)
    fine = cv2.resize(grey, None, fx=_FINE, fy=_FINE, interpolation=cv2.INTER_CUBIC)
    inside = (cv2.GaussianBlur(fine, (0, 0), 0.35 * _FINE) > 100).astype(np.uint8)
    depth = cv2.distanceTransform(inside, cv2.DIST_L2, 5)
    away = cv2.distanceTransform(1 - inside, cv2.DIST_L2, 5)
    # The middle of the strokes; how far ink reaches to either side of the nearest of it.
    middle = (depth > 0.15 * depth.max()) & (depth >= cv2.dilate(depth, np.ones((5, 5))) - 0.5)
    rest, each = 1 - middle.astype(np.uint8), cv2.DIST_LABEL_PIXEL
    nearest = cv2.distanceTransformWithLabels(rest, cv2.DIST_L2, 5, labelType=each)[1]
    half_width = np.zeros(nearest.max() + 1, np.float32)
    half_width[nearest[middle]] = depth[middle]
    half = cv2.GaussianBlur(half_width[nearest], (0, 0), 2)
    change = min(pen * _FINE / 2 - float(np.median(half_width[nearest[middle]])), 0.5 * _FINE)
    outwards = np.maximum(change, np.minimum(_LINE * _FINE / 2 - half, 0))
    ink = np.clip(depth - away + outwards + 0.5, 0, 1)
    ink = _cut(cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8)))
    size = [max(2, round(side * scale / _FINE)) for side in ink.shape[::-1]]
    way = cv2.INTER_AREA if scale < _FINE else cv2.INTER_CUBIC
    return np.clip(cv2.resize(ink, size, interpolation=way), 0, 1)


def turned(ink: Ink, degrees: float) -> Ink:
    """Rotated about its middle, cut tight."""
    side = math.ceil(math.hypot(*ink.shape)) + 2
    matrix = cv2.getRotationMatrix2D((ink.shape[1] / 2, ink.shape[0] / 2), degrees, 1)
    matrix[:, 2] += (side / 2 - ink.shape[1] / 2, side / 2 - ink.shape[0] / 2)
    return _cut(cv2.warpAffine(ink, matrix, (side, side)))


def at_most(ink: Ink, side: int) -> tuple[Ink, float]:
    """Shrunk to `side` pixels where it is longer; and by what."""
    factor = min(1.0, side / max(ink.shape))
    return cv2.resize(ink, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), factor


def _cut(ink: Ink) -> Ink:
    x, y, width, height = cv2.boundingRect((ink > 0.05).astype(np.uint8))
    return np.ascontiguousarray(ink[y : y + height, x : x + width])

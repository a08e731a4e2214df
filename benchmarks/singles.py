"""Made-up pictures of one digit: photographed, drawn with a mouse, or MNIST's own disturbed."""

import cv2
import numpy as np
from compose import at_most, drawn, pen_width, turned
from numpy.random import Generator
from numpy.typing import NDArray
from photograph import Picture, light, log_uniform, photographed


def single(random: Generator, digit: NDArray[np.uint8]) -> Picture:
    """A photograph of one digit. digit: uint8 [28, 28], light on black."""
    scale = log_uniform(random, 1.6, 20)
    ink = turned(drawn(digit, scale, pen_width(random, 20 * scale)), random.uniform(-10, 10))
    side = max(ink.shape)
    margins = np.minimum(0.1 + random.exponential(0.45, 4), 3) * side
    top, bottom, left, right = (max(3, round(float(m))) for m in margins)
    top, left = max(top, 40 - ink.shape[0]), max(left, 40 - ink.shape[1])
    placed = cv2.copyMakeBorder(ink, top, bottom, left, right, cv2.BORDER_CONSTANT, value=0)
    placed, shrunk = at_most(placed, 1500)
    return photographed(random, placed, 20 * scale * shrunk, rules=0.25)


def flagged_one(random: Generator) -> Picture:
    """A one with a stroke up to its top, as many in Europe write it; drawn with a mouse."""
    across, down = random.uniform(4, 20), random.uniform(3, 22)
    lean, pen = random.uniform(-6, 12), int(random.uniform(14, 40))
    points = [[52 - across, 12 + down], [52, 12], [52 - lean / 2, 50], [52 - lean, 88]]
    board = np.full((448, 448), 255, np.uint8)
    path = (np.array(points) * 4.48).astype(np.int32)
    cv2.polylines(board, [path], False, 17, pen, cv2.LINE_AA)
    return cv2.resize(board, (224, 224), interpolation=cv2.INTER_AREA)


def disturbed(random: Generator, digit: NDArray[np.uint8]) -> Picture:
    """MNIST's own image enlarged, padded, inverted, tinted, shaded and blurred at random."""
    scale = log_uniform(random, 1.5, 8)
    large = cv2.resize(digit, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    top, bottom, left, right = random.integers(0, max(2, large.shape[0] // 2), 4).tolist()
    ink = cv2.copyMakeBorder(large, top, bottom, left, right, cv2.BORDER_CONSTANT, value=0)
    grey = ink.astype(np.float32)
    grey = 255 - grey if random.random() < 0.5 else grey
    low, high = random.uniform(0, 40), random.uniform(180, 255)
    grey = low + grey * ((high - low) / 255)
    if random.random() < 0.5:
        grey *= light(random, grey.shape)
    if random.random() < 0.5:
        grey = cv2.GaussianBlur(grey, (0, 0), random.uniform(0.1, 0.6) * scale)
    if random.random() < 0.5:
        grey = grey[..., None] * random.uniform(0.75, 1, 3).astype(np.float32)
    grey += np.float32(random.uniform(0, 4)) * random.standard_normal(grey.shape, np.float32)
    return np.clip(grey, 0, 255).astype(np.uint8)

"""Strips of ink that may be several digits -> what stands in which of their columns.

Digits that touch share ink, so that no cut gives each of them whole. A second small
network looks at the whole strip and says for every two columns which digit it sees; how
likely one digit stands between two cuts follows from that for any cuts, without a second
look (the forward pass of CTC: Graves et al. 2006).
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.mnist_format import SIZE
from digitnet.reading.network import SHIPPED_WEIGHTS, load_session, normalised

TOUCHING_WEIGHTS = SHIPPED_WEIGHTS.with_name("touching.onnx")

NO_DIGIT, BLANK = 10, 11  # classes after the ten digits: another sign, and nothing new
STEP = 2  # columns of a strip to one of the network's answers
_BATCH = 32  # strips at once
_HEIGHTS = (1.0, 0.93, 1.07)

# Never quite impossible: a cut can lie a column beside the place where the network says it is.
_LEAST = -40.0


@dataclass(frozen=True, eq=False)
class StripScores:
    """What the network says of one strip.

    log_probs: float32 [frames, 12]. left, scale: column x of the picture lies in frame
    (x - left) * scale.
    """

    log_probs: NDArray[np.float32]
    left: float
    scale: float
    _known: dict[tuple[int, int], NDArray[np.float32]] = field(default_factory=dict)

    def between(self, start: float, end: float) -> NDArray[np.float32]:
        """Log-likelihood of exactly one sign in these columns of the picture: float32 [11].

        Digits 0 to 9, then any other sign.
        """
        first, last = self.frames(start, end)
        if (first, last) not in self._known:
            self._known[first, last] = _one_sign(self.log_probs[first:last])
        return self._known[first, last]

    def nothing(self, start: float, end: float) -> float:
        """Log-likelihood that no sign stands in these columns of the picture."""
        first, last = self.frames(start, end)
        return max(float(self.log_probs[first:last, BLANK].sum()), _LEAST)

    def frames(self, start: float, end: float) -> tuple[int, int]:
        """The frames, first and last + 1, of these columns of the picture."""
        frames = len(self.log_probs)
        first = 0 if start == -np.inf else round((start - self.left) * self.scale)
        last = frames if end == np.inf else round((end - self.left) * self.scale)
        return max(0, first), max(0, min(frames, last))


def _one_sign(frames: NDArray[np.float32]) -> NDArray[np.float32]:
    """Log-likelihood of exactly one sign in these frames [N, 12]: float32 [11]."""
    if len(frames) == 0:
        return np.full(11, _LEAST, np.float32)
    blank = np.concatenate([[0], np.cumsum(frames[:, BLANK])])[:, None]
    sign = np.concatenate([np.zeros((1, 11)), np.cumsum(frames[:, :11], axis=0)])
    # Blank before the sign begins at frame s, blank again after it ends at frame e.
    begun = np.logaddexp.accumulate((blank - sign)[:-1], axis=0)
    ended = np.logaddexp.reduce(begun + (sign - blank)[1:], axis=0)
    return np.maximum(ended + blank[-1], _LEAST).astype(np.float32)


class TouchingNetwork:
    """The network for digits that touch, run by ONNX Runtime."""

    def __init__(self, weights: Path = TOUCHING_WEIGHTS, *, threads: int = 0):
        """weights: a file that `digitnet train-touching` wrote. threads: 0 for one a core.

        Raises:
            WeightsError: no such file, or not one of ours.
        """
        self._session, self.metadata = load_session(weights, "digitnet touching", threads)

    def __call__(self, strips: list[NDArray[np.uint8]]) -> list[NDArray[np.float32]]:
        """strips: uint8 [28, W] each, light ink on black; returns log-probabilities [W / 2, 12].

        The mean of three looks, at the strip as it is and a little lower and higher: digits
        that touch stand higher and lower than each other, and so in a strip of 20 pixels.
        """
        looks = [self._look([_as_high(strip, height) for strip in strips]) for height in _HEIGHTS]
        return [np.mean(scores, axis=0) for scores in zip(*looks, strict=True)]

    def _look(self, strips: list[NDArray[np.uint8]]) -> list[NDArray[np.float32]]:
        found: list[Any] = [None] * len(strips)
        order = sorted(range(len(strips)), key=lambda index: strips[index].shape[1])
        for at in range(0, len(order), _BATCH):
            some = order[at : at + _BATCH]
            width = max(strips[index].shape[1] for index in some) + 1 & ~1
            images = np.zeros((len(some), SIZE, width), np.uint8)
            for image, index in zip(images, some, strict=True):
                image[:, : strips[index].shape[1]] = strips[index]
            inputs = {"images": normalised(images, self.metadata)}
            for index, scores in zip(some, self._session.run(None, inputs)[0], strict=True):
                found[index] = scores[: strips[index].shape[1] // STEP]
        return found


def _as_high(strip: NDArray[np.uint8], height: float) -> NDArray[np.uint8]:
    """The strip `height` times as high about its middle, as wide as before."""
    if height == 1:
        return strip
    middle = SIZE / 2
    matrix = np.array([[1, 0, 0], [0, height, (1 - height) * middle]])
    return np.asarray(cv2.warpAffine(strip, matrix, (strip.shape[1], SIZE)), np.uint8)

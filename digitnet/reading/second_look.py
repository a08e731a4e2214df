"""Doubtful digits are looked at again: a little smaller and larger, and by the second network.

One digit in twenty is doubtful. On 5,000 training images kept aside the views take away one
mistake in seven, and the opinion of the network that reads strips two of the 32 left.
"""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.form import CENTRE, SIZE
from digitnet.reading.network import Network, Scores
from digitnet.reading.normalise import strip_form
from digitnet.reading.touching import StripScores

_DOUBTFUL = 0.99  # a digit of lower probability is looked at again
_SIZES = (0.93, 1.07)
_OPINION = 0.35  # weight of the second network's log-probability

Images = NDArray[np.uint8]


def read_twice(
    network: Network,
    read_strips: Callable[[list[Images]], list[NDArray[np.float32]]],
    images: Images,
) -> Scores:
    """What the networks say of images, doubtful ones seen in several ways.

    images: uint8 [N, 28, 28], light ink on black, in the form of MNIST. read_strips: the
    second network.
    """
    first = network(images)
    doubtful = np.flatnonzero(first.probabilities.max(axis=1, initial=0) < _DOUBTFUL)
    if len(doubtful) == 0:
        return first
    views = np.concatenate([_resized(images[doubtful], size) for size in _SIZES])
    again = network(views).probabilities.reshape(len(_SIZES), len(doubtful), 10)
    together = np.concatenate([first.probabilities[None, doubtful], again])
    log_shares = np.log(np.maximum(together, 1e-9)).mean(axis=0)
    strips = read_strips([_as_strip(image) for image in images[doubtful]])
    for shares, log_probs in zip(log_shares, strips, strict=True):
        shares += _OPINION * StripScores(log_probs, 0, 1).between(-np.inf, np.inf)[:10]
    exponents = np.exp(log_shares - log_shares.max(axis=1, keepdims=True))
    probabilities = first.probabilities.copy()
    probabilities[doubtful] = exponents / exponents.sum(axis=1, keepdims=True)
    return Scores(probabilities, first.evidence)


def _resized(images: Images, size: float) -> Images:
    """The images `size` times as large about their middle."""
    shift = (1 - size) * CENTRE
    matrix = np.array([[size, 0, shift], [0, size, shift]])
    return np.stack([cv2.warpAffine(image, matrix, (SIZE, SIZE)) for image in images])


def _as_strip(image: Images) -> Images:
    """A digit as a strip of one."""
    x, y, width, height = cv2.boundingRect((image > 60).astype(np.uint8))
    if width == 0:
        return np.zeros((SIZE, SIZE), np.uint8)
    ink = image[y : y + height, x : x + width].astype(np.float32) / np.float32(255)
    return strip_form(ink, ink > 0.5)[0]

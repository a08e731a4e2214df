"""Digits and letters of other hands than MNIST's, in the form of MNIST.

MNIST was written in one country: its ones have no flag, its sevens no bar. These come from
pen strokes of people elsewhere and from programmed forms (`pages`), drawn with any pen.
"""

import numpy as np
from numpy.typing import NDArray

from digitnet.mnist_format import SIZE, mnist_form
from digitnet.training.pages.digits import DigitBank, Source
from digitnet.training.pages.letters import LetterBank
from digitnet.training.pages.signs import draw_sign
from digitnet.training.pages.writing import CLEAR_SIGNS, between

_DIGITS = 0.6  # the rest are letters and signs, of class 10
_HANDS = 0.6  # of the digits; the rest are programmed forms
_LETTERS = 0.7  # of what is no digit; the rest are signs
_PENS = (0.07, 0.2)  # of a digit's height: MNIST's are between


def make_other_hands(count: int, seed: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """`count` pictures, uint8 [count, 28, 28], light ink on black, and their classes, 0 to 10."""
    rng = np.random.default_rng(seed)
    # The bank's own source is pen strokes and forms here: it is given no scans.
    digits = DigitBank(np.zeros((0, SIZE, SIZE), np.uint8), np.zeros(0, np.int64))
    letters = LetterBank()
    images = np.zeros((count, SIZE, SIZE), np.uint8)
    labels = np.full(count, 10, np.int64)
    for index in range(count):
        pen = between(rng, *_PENS)
        if rng.random() < _DIGITS:
            labels[index] = rng.integers(10)
            source: Source = "hands" if rng.random() < _HANDS else "forms"
            ink = digits.draw_fresh(rng, pen, int(labels[index]), source)
        elif rng.random() < _LETTERS:
            ink = letters.draw_letter(rng, pen)
        else:
            ink = draw_sign(rng, pen, str(rng.choice(CLEAR_SIGNS)))[0]
        images[index] = mnist_form(ink.astype(np.float32) / 255)
    return images, labels

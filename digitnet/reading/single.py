"""Exactly one digit in a picture: which mark it is, and what both networks make of it."""

import numpy as np
from numpy.typing import NDArray

from digitnet.mnist_format import BOX, CENTRE, SIZE
from digitnet.reading.contrast import contrasts
from digitnet.reading.finder import NONE, Marks
from digitnet.reading.network import Scores

# The finder's share of the answer, the rest is the 28x28 network's: of log-probabilities.
FINDER_WEIGHT = 0.7
IN_FORM_WEIGHT = 0.5  # of a digit in MNIST's form: the other network knows it best
SURE = 0.9  # of a digit in that form: the finder is asked where the other network is less sure
TAUGHT_WEIGHT = 0.9  # a taught finder's: the other network knows nothing of that hand
SURE_ENOUGH = 0.7  # of any other digit: less sure, it is looked at again, tilted
_SEVERAL = 0.6  # how surely a second mark stands there, that the picture holds several
_AS_LARGE = 0.4  # of the first one's height
_LEAST = 1e-7  # of a share, so that it has a logarithm
_MOST = 30  # marks that are looked at, the surest


def in_mnist_form(grey: NDArray[np.uint8]) -> bool:
    """Whether a picture is a digit as MNIST has it: the 28x28 network then needs no help.

    Light on black, 28x28, the longer side as long as the box, centred by mass.
    """
    if grey.shape != (SIZE, SIZE):
        return False
    rows, columns = grey.sum(axis=1, dtype=np.int64), grey.sum(axis=0, dtype=np.int64)
    if rows[0] or columns[0] or not rows.any():
        return False
    inked = np.flatnonzero(rows), np.flatnonzero(columns)
    if abs(max(at[-1] - at[0] for at in inked) + 1 - BOX) > 1:
        return False
    mass, places = int(rows.sum()), np.arange(SIZE)
    return all(abs(int(sums @ places) / mass - CENTRE) < 1 for sums in (rows, columns))


def candidates(grey: NDArray[np.uint8], marks: Marks) -> Marks:
    """The marks that may be the picture's one digit, the likeliest first.

    What is likeliest a digit, and as dark as any: grain of the paper is found too, and fainter.
    """
    likely = marks.scores * (1 - 0.5 * np.exp(marks.classes[:, NONE]))
    best = np.argsort(-likely, kind="stable")[:_MOST]
    likely = likely[best] * contrasts(grey, marks.boxes[best])
    return marks[best[np.argsort(-likely, kind="stable")]]


def other_marks(marks: Marks) -> NDArray[np.integer]:
    """Of candidates, those beside the first that surely stand there, and are not much lower.

    They need not be digits: of a colon's dots one may look like a one, and the other like nothing.
    """
    main = 0
    sure = marks.scores > _SEVERAL
    sure &= marks.boxes[:, 3] > _AS_LARGE * marks.boxes[main, 3]
    sure[main] = False
    left, top, right, bottom = marks.edges
    apart = (left > marks.boxes[main, 0]) | (right < marks.boxes[main, 0])
    apart |= (top > marks.boxes[main, 1]) | (bottom < marks.boxes[main, 1])
    return np.flatnonzero(sure & apart)


def around(boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    """The box around boxes, float32 [N, 4] of middle x, y, width, height: float32 [4]."""
    low = (boxes[:, :2] - boxes[:, 2:] / 2).min(axis=0)
    high = (boxes[:, :2] + boxes[:, 2:] / 2).max(axis=0)
    return np.concatenate([(low + high) / 2, high - low])


def both(found: Marks, scores: Scores, finder_weight: float = FINDER_WEIGHT) -> NDArray[np.float64]:
    """How surely a mark is each digit, by both networks: float64 [N, 10].

    The mean of their log-probabilities, so that what either rules out is ruled out.
    """
    log = finder_weight * np.log(found.digits + _LEAST)
    log = log + (1 - finder_weight) * np.log(scores.shares + _LEAST)
    return np.exp(log)


def together(looks: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """The mean of several looks' log-probabilities: what one rules out, none can save.

    looks: float64 [10] each, how surely it is each digit.
    """
    log: NDArray[np.float64] = np.log(np.array(looks) + _LEAST).mean(axis=0)
    return np.exp(log)

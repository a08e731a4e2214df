"""Marks -> all that the digits of each line may be, the faint and the doubtful ones too."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitnet.reading.accept import calibrated
from digitnet.reading.finder import Marks
from digitnet.reading.lines import find_lines
from digitnet.reading.ranks import median
from digitnet.reading.result import Reading

# In heights of a line's digits: how far from its middle a mark of it stands, how far beside
# the next one of it, and how high it is.
_OFF, _BESIDE, _LEAST, _MOST = 0.45, 1.5, 0.45, 2.0
_FAINT = 0.3  # score: lines are sought of these, where nothing was read


def possible(
    reading: Reading,
    boxes: NDArray[np.float32],
    marks: Marks,
    metadata: dict[str, Any],
    *,
    one: bool = False,
) -> list[NDArray[np.float64]]:
    """Of each line, how surely each of its marks is this or that digit: float64 [M, 10].

    boxes: float32 [N, 4], where the reading's digits stand; marks: all that was found there,
    pixels of the same picture. Where the reading has no lines, those of faint marks. one: the
    picture holds one digit, and both networks said which.
    """
    if one:
        return _possible_one(reading)
    lengths = [len(line.digits) for line in reading.lines]
    lines = np.split(boxes, np.cumsum(lengths)[:-1]) if lengths else []
    if not lines:
        faint = marks.boxes[marks.scores > _FAINT]
        lines = [faint[line] for line in find_lines(faint)]
    shares = _shares(marks, metadata)
    owners = [_own(marks.boxes, line) for line in lines]
    taken = np.any(owners, axis=0) if owners else np.zeros(len(marks), bool)
    found = []
    for line, own in zip(lines, owners, strict=True):
        chosen = np.flatnonzero(own | (~taken & _near(marks.boxes, line)))
        order = chosen[np.argsort(marks.boxes[chosen, 0], kind="stable")]
        found.append(shares[order])
    return found


def _possible_one(reading: Reading) -> list[NDArray[np.float64]]:
    """The same of a picture that holds one digit."""
    found = []
    for digit in reading.digits[:1]:
        shares = np.array(digit.probabilities)
        shares *= digit.confidence / shares.max()
        found.append((shares / max(1.0, shares.sum()))[None])
    return found


def _shares(marks: Marks, metadata: dict[str, Any]) -> NDArray[np.float64]:
    """The likeliest digit of each as surely as calibration says, the others in proportion."""
    digits = marks.digits.astype(np.float64)
    best = digits.argmax(axis=1) if len(marks) else np.zeros(0, np.intp)
    rows = np.arange(len(marks))
    top = digits[rows, best]
    confidence = calibrated(top, metadata)
    shares: NDArray[np.float64] = digits * ((1 - confidence) / np.maximum(1 - top, 1e-9))[:, None]
    shares[rows, best] = confidence
    return shares


def _own(boxes: NDArray[np.float32], line: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which marks are the line's digits."""
    apart = np.abs(boxes[:, None] - line[None]).max(axis=2).min(axis=1, initial=np.inf)
    own: NDArray[np.bool_] = apart < 1e-3
    return own


def _near(boxes: NDArray[np.float32], line: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which marks stand in the line as its digits do."""
    height = median(line[:, 3])
    apart = np.abs(boxes[:, None, 0] - line[None, :, 0])
    next_one = apart.argmin(axis=1)
    gap = apart.min(axis=1) - (boxes[:, 2] + line[next_one, 2]) / 2
    off = np.abs(boxes[:, 1] - line[next_one, 1])
    as_high = (boxes[:, 3] > _LEAST * height) & (boxes[:, 3] < _MOST * height)
    near: NDArray[np.bool_] = (gap < _BESIDE * height) & (off < _OFF * height) & as_high
    return near

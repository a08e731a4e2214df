"""Marks of all scales -> each mark once, also where digits touch."""

import numpy as np
from numpy.typing import NDArray

from digitnet.reading.finder import NONE, Marks, joined

# The same mark at another scale has nearly the same box; digits that touch share far less.
_SAME = 0.6  # of both boxes' union
# A part of a mark, such as the hole of an 8, lies within it; and what lies on it half is
# another guess at it.
_INSIDE = 0.8  # of the smaller box
_ON_IT = 0.55  # of both boxes' union
_WHOLE, _AS_SURE = 1.5, 0.7  # times a part's height and score, from which on a mark is its whole
# A pixel's difference parts the boxes of a stroke that is a few pixels wide: they are compared as
# if they were at least so wide, as a share of their height. Two ones stand further apart.
_THINNEST = 0.4
_WITHIN = 0.8  # of a merged mark, in a larger one: digits that overlap share less
# How many times as large a ring is as the digit in it, how far off its middle, as a share of its
# sides, and how surely that digit is seen, and is that digit.
_RING, _OFF, _SEEN, _SURE = (1.35, 3.2), 0.15, 0.45, 0.9
_LEAST_SHARE = np.float32(1e-4)  # of a class, so that one scale alone cannot rule it out


def merge(marks: Marks) -> Marks:
    """Each mark once, the best supported first.

    Those of other scales with nearly its box vote with it; what else lies on it is dropped.
    """
    first, second, union, inside = _overlaps(marks)
    others = marks.levels[first] != marks.levels[second]
    same = (union > _SAME) & others
    covered = (inside > _INSIDE) | (union > np.where(others, _ON_IT, _SAME))
    support = marks.scores.astype(np.float64)
    np.add.at(support, first[same], marks.scores[second[same]])
    starts = np.searchsorted(first, np.arange(len(marks) + 1))
    free = np.ones(len(marks), bool)
    merged = []
    # The same mark of several scales is supported alike at each, but for rounding: the smallest box
    # of them is the one that reaches least into its neighbours.
    for index in np.lexsort((marks.boxes[:, 2] * marks.boxes[:, 3], -support.round(5))).tolist():
        if not free[index]:
            continue
        near = slice(starts[index], starts[index + 1])
        votes = second[near][same[near]]
        votes = np.append(votes[free[votes]], index)
        merged.append(_mean(marks[votes]))
        free[votes] = False
        free[second[near][covered[near]]] = False
    return _apart(joined(merged))


def _apart(marks: Marks) -> Marks:
    """The merged marks without those that still lie within a larger and surer one."""
    if len(marks) < 2:
        return marks
    first, second, _, inside = _overlaps(marks)
    area = marks.boxes[:, 2] * marks.boxes[:, 3]
    part = (inside > _WITHIN) & (area[first] <= area[second])
    part &= marks.best[first] < marks.best[second]
    return _without(marks, first[part])


def without_rings(marks: Marks) -> Marks:
    """The marks without the rings that people draw around one digit.

    A ring looks like a zero, or like no digit, and so would hide what stands in it. A bar in a
    zero is its slash, and a ring in a letter is a part of it: neither is a digit in a ring.
    """
    if len(marks) < 2:
        return marks
    first, second, _, inside = _overlaps(marks)
    kind = marks.classes.argmax(axis=1)
    ringed = (kind > 1) & (kind < NONE) & (marks.scores > _SEEN)
    ringed &= marks.classes.max(axis=1, initial=-np.inf) > np.log(_SURE)
    middles, sizes = marks.boxes[:, :2], marks.boxes[:, 2:]
    times = sizes[second] / sizes[first]
    off = np.abs(middles[second] - middles[first]) / sizes[second]
    least, most = _RING
    ring = (times > least).all(axis=1) & (times[:, 1] < most) & (off < _OFF).all(axis=1)
    ring &= ringed[first] & np.isin(kind[second], (0, NONE)) & (inside > _INSIDE)
    return _without(marks, second[ring])


def wholes(marks: Marks) -> Marks:
    """The marks without those that are parts of a far larger one, about as sure.

    Where a picture holds one digit, its loop, found at a finer scale, is no digit of its own.
    """
    first, second, _, inside = _overlaps(marks)
    height = marks.boxes[:, 3]
    part = (inside > _INSIDE) & (height[second] > _WHOLE * height[first])
    part &= marks.scores[second] > _AS_SURE * marks.scores[first]
    return _without(marks, first[part])


def _without(marks: Marks, dropped: NDArray[np.integer]) -> Marks:
    kept = np.ones(len(marks), bool)
    kept[dropped] = False
    return marks[kept]


def _mean(votes: Marks) -> Marks:
    """One mark of several guesses at it, each as heavy as it is sure; as sure as the surest."""
    weights = (votes.scores / votes.scores.sum())[:, None]
    classes = (np.log(np.exp(votes.classes) + _LEAST_SHARE) * weights).sum(axis=0, keepdims=True)
    turns = (votes.turns * weights).sum(axis=0, keepdims=True)
    return Marks(
        votes.scores.max(keepdims=True),
        (votes.boxes * weights).sum(axis=0, keepdims=True),
        classes - np.logaddexp.reduce(classes, axis=1, keepdims=True),
        turns - np.logaddexp.reduce(turns, axis=1, keepdims=True),
        np.zeros(1, np.int64),
    )


def _overlaps(marks: Marks) -> tuple[NDArray[np.integer], ...]:
    """Pairs of marks whose boxes overlap, sorted by the first, each pair both ways.

    Returns first, second: int [P]; union, inside: float32 [P], the common area as a share of
    both boxes' union, and of the smaller box.
    """
    middles, sizes = marks.boxes[:, :2], marks.boxes[:, 2:]
    sizes = np.maximum(sizes, _THINNEST * sizes[:, ::-1])
    left, top = (middles - sizes / 2).T
    right, bottom = (middles + sizes / 2).T
    order = np.argsort(left, kind="stable")
    # What begins between a box's left and its right; a texture has millions of pairs in all.
    ends = np.searchsorted(left[order], right[order])
    counts = np.maximum(ends - np.arange(len(order)) - 1, 0)
    one = np.repeat(np.arange(len(order)), counts)
    other = np.arange(len(one)) - np.repeat(np.cumsum(counts) - counts, counts) + one + 1
    one, other = order[one], order[other]
    down = np.minimum(bottom[one], bottom[other]) - np.maximum(top[one], top[other])
    one, other, down = (values[down > 0] for values in (one, other, down))
    across = np.minimum(right[one], right[other]) - np.maximum(left[one], left[other])
    area = sizes.prod(axis=1)
    common = across * down
    union = common / (area[one] + area[other] - common)
    inside = common / np.minimum(area[one], area[other])
    first, second = np.concatenate([one, other]), np.concatenate([other, one])
    order = np.lexsort((second, first))
    return first[order], second[order], np.tile(union, 2)[order], np.tile(inside, 2)[order]

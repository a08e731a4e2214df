"""The bank of handwritten digits: MNIST's, pen strokes of other hands, programmed forms.

Every digit is drawn with the pen that is asked for. Drawing costs about a millisecond,
so most come from a pool. A pooled digit is made from its own seed: what `draw` returns
follows from the bank and the generator alone, whatever was drawn before.
"""

import math
from bisect import bisect_right
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from digitnet.training.pages.forms import draw_form
from digitnet.training.pages.pens import bend_scan, change_pen, without_specks
from digitnet.training.pages.strokes import (
    Ink,
    bend,
    draw_strokes,
    fade,
    fit,
    hand_matrix,
    hook_ends,
    load_strokes,
    smooth,
    transform,
)

Source = Literal["mnist", "hands", "forms"]
HEIGHT = 96  # pixels of a digit's ink: twice the largest on a page
SOURCES: tuple[Source, ...] = ("mnist", "hands", "forms")
_SHARES = (0.55, 0.25, 0.20)
# MNIST hardly holds these: slashed zeros, ones with a flag, barred sevens, open fours,
# looped nines.
_OWN_SHARES = {
    0: (0.45, 0.25, 0.30),
    1: (0.30, 0.25, 0.45),
    5: (0.5, 0.25, 0.25),
    4: (0.45, 0.25, 0.30),
    7: (0.40, 0.30, 0.30),
}
_OWN_SHARES[9] = _OWN_SHARES[4]
# Zeros and ones are the commonest digits of amounts, dates and counts.
LABEL_SHARES = np.array([1.4, 1.6, 1, 1, 1, 1, 1, 1, 1, 1]) / 11.0
_ONLY = 0.06  # of pages hold hardly more than one digit
_OF_A_HAND = 2  # drawings of each digit that one person's page is written with
_THINNEST, _STEP = 0.02, 0.25  # the pools: pen ratios from 0.02 on, each 1.28 times the last
_THINNEST_PEN = 0.012  # ratio: thinner vanishes
_BOLDEST_PEN = {1: 0.5, 7: 0.34}  # bolder fills the loops; a one has none
_FADED = 0.06  # of all digits have places where the pen hardly wrote


@dataclass(frozen=True, eq=False)
class Hand:
    """One person's digits: what stands beside a digit tells of its form.

    label_shares: float64 [10], how often each is written: meters show zeros, tallies ones.
    numbers: int [10, K] in [0, 1), which drawings of each digit's pool are theirs; none: any.
    """

    label_shares: NDArray[np.float64]
    numbers: NDArray[np.float64] | None


class DigitBank:
    """Digits by split: "train", or "aside" to choose and calibrate by.

    images: uint8 [N, 28, 28], MNIST's training images with labels [N]; the last twelfth
    of them (5,000 of 60,000) and the last tenth of the pen strokes are "aside".
    pool: how many drawn digits are kept for each width of pen, a multiple of 10.
    fresh: the share of digits that are drawn anew. sources: those to draw from.
    """

    def __init__(
        self,
        images: NDArray[np.uint8],
        labels: NDArray[np.integer],
        split: Literal["train", "aside"] = "train",
        pool: int = 1500,
        fresh: float = 0.2,
        sources: tuple[Source, ...] = SOURCES,
    ) -> None:
        hands = load_strokes("pendigits-train")
        self._images, self._hands = images, hands
        self._mnist_of = _by_label(labels, len(labels) - len(labels) // 12, split)
        self._hands_of = _by_label(hands.labels, len(hands) - len(hands) // 10, split)
        self._seed = 0 if split == "train" else 1
        self._pool, self._fresh = pool // 10, fresh
        self._sources = sources
        self._bounds = [_bounds(sources, label) for label in range(10)]
        self._drawn: dict[tuple[int, int, int], Ink] = {}

    def hand(self, rng: Generator) -> Hand:
        """A person who writes: often with few forms of each digit, sometimes few digits."""
        shares = LABEL_SHARES
        if rng.random() < _ONLY:  # a row of nothing but ones is no pattern of stripes
            only = np.eye(10)[1 if rng.random() < 0.7 else rng.integers(10)]
            shares = 0.1 * LABEL_SHARES + 0.9 * only
        elif rng.random() < 0.25:
            shares = shares * rng.dirichlet(np.full(10, 0.4))
            shares = 0.2 * LABEL_SHARES + 0.8 * shares / shares.sum()
        numbers = rng.random((10, _OF_A_HAND)) if rng.random() < 0.5 else None
        return Hand(shares, numbers)

    def draw(
        self, rng: Generator, pen_ratio: float, label: int | None = None, hand: Hand | None = None
    ) -> tuple[Ink, int]:
        """A digit, and which.

        pen_ratio: the pen's width over the digit's height; 0.04 is a ballpoint on squared
        paper, 0.2 a marker. label: 0 to 9, or any. hand: whose. Returns ink uint8 [H, W],
        tight, about 96 high (a flat one lower); it is the bank's own, so do not write into it.
        """
        shares = LABEL_SHARES if hand is None else hand.label_shares
        label = int(rng.choice(10, p=shares)) if label is None else label
        own = None if hand is None or hand.numbers is None else hand.numbers[label]
        pen_ratio = min(max(pen_ratio, _THINNEST_PEN), _BOLDEST_PEN.get(label, 0.3))
        if own is None and rng.random() < self._fresh:
            return self.draw_fresh(rng, pen_ratio, label), label
        bucket = round(math.log(pen_ratio / _THINNEST) / _STEP)
        number = rng.random() if own is None else own[int(rng.integers(len(own)))]
        key = (bucket, label, int(number * self._pool))
        if key not in self._drawn:
            drawer = np.random.default_rng((self._seed, bucket + 100, label, key[2]))
            ratio = _THINNEST * math.exp((bucket + drawer.uniform(-0.5, 0.5)) * _STEP)
            self._drawn[key] = self.draw_fresh(drawer, ratio, label)
        return self._drawn[key], label

    def draw_fresh(
        self, rng: Generator, pen_ratio: float, label: int, source: Source | None = None
    ) -> Ink:
        """A digit that is drawn now, of a source if one is named."""
        if source is None:
            source = self._sources[bisect_right(self._bounds[label], rng.random())]
        match source:
            case "mnist":
                ink = self._draw_scan(rng, pen_ratio, label)
            case "hands":
                ink = self._draw_strokes(rng, pen_ratio, label)
            case "forms":
                ink = draw_form(rng, label, pen_ratio, HEIGHT)
        return fade(rng, ink) if rng.random() < _FADED else ink

    def _draw_scan(self, rng: Generator, pen_ratio: float, label: int) -> Ink:
        image = without_specks(self._images[_any(rng, self._mnist_of[label])])
        x, y, w, h = cv2.boundingRect((image > 100).astype(np.uint8))
        scale = HEIGHT / max(h, 0.45 * w)
        scan = cv2.copyMakeBorder(image, 2, 2, 2, 2, cv2.BORDER_CONSTANT, value=0)
        scan = scan[y : y + h + 4, x : x + w + 4]
        scan = cv2.resize(scan, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
        scan = cv2.GaussianBlur(scan, (0, 0), 0.45 * scale)  # its pixels, smoothed away
        if rng.random() < 0.4:
            scan = bend_scan(rng, scan, rng.uniform(0.5, 3.0))
        return change_pen((scan > 100).astype(np.uint8), pen_ratio * HEIGHT)

    def _draw_strokes(self, rng: Generator, pen_ratio: float, label: int) -> Ink:
        strokes = self._hands[_any(rng, self._hands_of[label])]
        strokes = transform(strokes, hand_matrix(rng, slant=0.08, turn=0.04, narrow=0.1))
        if rng.random() < 0.5:
            strokes = bend(rng, strokes, rng.uniform(0.005, 0.03))
        strokes = hook_ends(rng, fit(strokes, HEIGHT), HEIGHT)
        pen = pen_ratio * HEIGHT
        strokes = [smooth(stroke, 3) for stroke in fit(strokes, HEIGHT - pen)]
        return draw_strokes(rng, strokes, pen, uneven=max(0.0, rng.uniform(-0.3, 0.3)))


def _bounds(sources: tuple[Source, ...], label: int) -> list[float]:
    """Where, from 0 to 1, the share of each source but the last ends."""
    usual = dict(zip(SOURCES, _OWN_SHARES.get(label, _SHARES), strict=True))
    shares = np.array([usual[source] for source in sources])
    return (np.cumsum(shares)[:-1] / shares.sum()).tolist()


def _any(rng: Generator, indices: NDArray[np.integer]) -> int:
    return int(indices[rng.integers(len(indices))])  # rng.choice takes 20 times as long


def _by_label(
    labels: NDArray[np.generic], first_aside: int, split: Literal["train", "aside"]
) -> list[NDArray[np.integer]]:
    """For each digit, the indices of its examples in a split.

    Aside are the last; of data in the order of the digits, the last of each digit.
    """
    aside = np.arange(len(labels)) >= first_aside
    if set(labels[aside].tolist()) != set(labels.tolist()):
        share = 1 - first_aside / max(1, len(labels))
        for label in range(10):
            mine = np.flatnonzero(labels == label)
            aside[mine] = np.arange(len(mine)) >= round(len(mine) * (1 - share))
    chosen = aside if split == "aside" else ~aside
    return [np.flatnonzero(chosen & (labels == label)) for label in range(10)]

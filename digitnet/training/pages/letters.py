"""Handwritten letters and words: what fills a page between its digits.

A letter alone is one that no digit resembles. Within a word of four letters or more
stand all of them: there the neighbours tell an o from a zero.
"""

from typing import Literal

import cv2
import numpy as np
from numpy.random import Generator

from digitnet.training.pages.knots import ALONE, LETTERS, parse_knots
from digitnet.training.pages.pens import bend_scan, change_pen
from digitnet.training.pages.print import FontBank, print_text
from digitnet.training.pages.strokes import (
    Ink,
    Stroke,
    Strokes,
    bend,
    draw_strokes,
    fit,
    hand_matrix,
    load_strokes,
    smooth,
    trace,
    transform,
)

UNIT = 0.96  # pixels for a hundredth of a capital's height
_KNOTS = {name: parse_knots(text) for name, text in LETTERS.items()}
_SHAPES = {name[0]: [k for k in LETTERS if k[0] == name[0]] for name in LETTERS}
_WORD_LETTERS = "aaabcddeeeeefghiijkllmmnnnooprrrssttuuvwxyz"
# Omniglot's characters that no digit resembles, chosen by eye from a sheet of each alphabet:
# a phi, say, is to many a zero with a slash.
_UNLIKE_DIGITS = {
    "Latin": (3, 4, 5, 6, 8, 11, 13, 14, 16, 18, 20, 21, 22, 23, 24),
    "Greek": (1, 3, 5, 7, 10, 11, 12, 13, 16, 17, 19, 20, 22, 23, 24),
    "Japanese_(katakana)": (4, 5, 6, 7, 10, 11, 13, 17, 19, 21, 23, 25, 26, 29, 31, 33, 34, 41),
    "Sanskrit": (1, 2, 4, 7, 8, 9, 11, 15, 16, 17, 19, 22, 23, 24, 25, 26, 28, 31, 32, 38, 39, 40),
    "Balinese": (1, 2, 4, 6, 7, 8, 9, 10, 11, 12, 13, 15, 16, 19, 20, 21, 22, 23, 24),
    "Korean": (1, 2, 3, 4, 9, 13, 14, 18, 24, 25, 26, 29, 30, 31, 32, 34, 35, 36, 38),
    "Early_Aramaic": (1, 15, 18, 21, 22),
    "Tagalog": (1, 2, 4, 5, 6, 8, 9, 11, 12, 13, 15, 17),
}
_PEOPLE = 20  # who drew each character of Omniglot, in one order


class LetterBank:
    """Letters by split: "train", or "aside" with characters by two people kept aside."""

    def __init__(self, split: Literal["train", "aside"] = "train") -> None:
        self._fonts = FontBank()
        self._set = load_strokes("omniglot")
        wanted = {
            f"{alphabet}/character{number:02}"
            for alphabet, numbers in _UNLIKE_DIGITS.items()
            for number in numbers
        }
        people = np.arange(len(self._set)) % _PEOPLE
        chosen = (people < _PEOPLE - 2) == (split == "train")
        self._foreign = np.flatnonzero(chosen & np.isin(self._set.labels, list(wanted)))
        familiar = [str(n).startswith(("Latin", "Greek")) for n in self._set.labels[self._foreign]]
        self._familiar = self._foreign[np.array(familiar)]

    def draw_letter(self, rng: Generator, pen_ratio: float) -> Ink:
        """A letter that no digit resembles.

        pen_ratio: the pen's width over a capital's height, which is 96 pixels (a digit's).
        Returns ink uint8 [H, W], tight; a small letter is lower, one with a stem higher.
        """
        kind = rng.random()
        if kind < 0.5:
            return _write(rng, str(rng.choice(list(ALONE))), pen_ratio)
        if kind < 0.62:
            return self._write_in_font(rng, str(rng.choice(list(ALONE))), pen_ratio)
        return self._write_foreign(rng, pen_ratio)

    def draw_word(self, rng: Generator, pen_ratio: float) -> Ink:
        """Two to eight letters in one ink, spaced or running into each other; as above."""
        count = int(rng.integers(2, 9))
        letters = list(ALONE if count < 4 else _WORD_LETTERS)
        word = "".join(rng.choice(letters, count))
        case = rng.random()
        if case < 0.25 and count < 4:
            word = word.capitalize()
        elif case < 0.5:
            word = word[0].upper() + word[1:] if word[0].upper() in ALONE else "M" + word[1:]
        if rng.random() < 0.2:
            return self._write_in_font(rng, word, pen_ratio)
        return _write(rng, word, pen_ratio)

    def _write_foreign(self, rng: Generator, pen_ratio: float) -> Ink:
        indices = self._familiar if rng.random() < 0.5 else self._foreign
        strokes = self._set[int(rng.choice(indices))]
        strokes = transform(strokes, hand_matrix(rng, slant=0.1, turn=0.05, narrow=0.12))
        strokes = bend(rng, strokes, rng.uniform(0, 0.03))
        strokes = fit(strokes, 100 * UNIT * rng.uniform(0.7, 1.1))
        strokes = [smooth(_steady(stroke), 3) for stroke in strokes]
        return draw_strokes(rng, strokes, pen_ratio * 100 * UNIT)

    def _write_in_font(self, rng: Generator, text: str, pen_ratio: float) -> Ink:
        """The same after an outline font, in strokes of one pen, slanted and bent."""
        scan = print_text(self._fonts.choose(rng, 100 * UNIT / 0.72), text, margin=24)
        matrix = hand_matrix(rng, slant=0.18, turn=0.05, narrow=0.15)
        size = np.array(scan.shape[::-1])
        corners = np.array([[0, 0], [1, 0], [0, 1], [1, 1]]) * size @ matrix.T
        low, high = corners.min(axis=0), corners.max(axis=0)
        affine = np.column_stack([matrix, -low])
        width, height = np.ceil(high - low).astype(int).tolist()
        scan = cv2.warpAffine(scan, affine, (width, height))
        scan = cv2.GaussianBlur(bend_scan(rng, scan, rng.uniform(1.0, 5.0)), (0, 0), 2.0)
        return change_pen((scan > 127).astype(np.uint8), pen_ratio * 100 * UNIT)


def _steady(stroke: Stroke) -> Stroke:
    """A mouse's stroke without its tremble: every fourth point, and the last."""
    return np.concatenate([stroke[:-1:4], stroke[-1:]])


def _write(rng: Generator, text: str, pen_ratio: float) -> Ink:
    """Letters by one programmed hand, side by side."""
    jitter, rounding = rng.uniform(0.8, 3.0), float(rng.choice([0.0, 0.5, 1.0]))
    gap, upright = rng.uniform(4, 22) * (1 if rng.random() < 0.7 else -0.4), rng.normal(0, 4)
    strokes: Strokes = []
    x = 0.0
    for letter in text:
        shape = _KNOTS[str(rng.choice(_SHAPES[letter]))]
        drawn = [trace(rng, knots, jitter, rounding) for knots in shape]
        drawn = bend(rng, drawn, rng.uniform(0, 0.03))
        edges = np.concatenate(drawn)[:, 0]
        move = np.array([x - edges.min(), rng.normal(0, abs(upright))], np.float32)
        strokes += [stroke + move for stroke in drawn]
        x += float(np.ptp(edges)) + gap
    if len(text) > 1:
        strokes = bend(rng, strokes, rng.uniform(0, 0.01))
    matrix = hand_matrix(rng, slant=0.18, turn=0.05, narrow=0.15) * UNIT
    pen = pen_ratio * 100 * UNIT
    return draw_strokes(rng, transform(strokes, matrix), pen, max(0.0, rng.uniform(-0.4, 0.3)))

"""Printed text: in outline fonts that come with matplotlib, and Pillow's own."""

import string
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.random import Generator
from PIL import Image, ImageDraw, ImageFont

from digitnet.training.non_digits import fonts
from digitnet.training.pages.strokes import Ink, tight

Kind = Literal["letters", "digits", "mixed"]
_SIZES = (24, 40, 64)  # pixels: print is made smaller from the next larger one
_LETTERS = string.ascii_letters
_COMMON = "eeeeettttaaaooiinnsshhrrdlu"
# Small print of letters only: an l or an O alone in a row would be a digit to anyone.
_ALONE = "AEFHKMNPRTUVWXYadefhkmnprtuvwxy"


class PrintBank:
    """Fonts, opened once."""

    @cached_property
    def _fonts(self) -> list[ImageFont.FreeTypeFont]:
        return [ImageFont.truetype(str(path), size) for path in fonts() for size in _SIZES]

    def draw_print(self, rng: Generator, kind: Kind | None = None) -> tuple[Ink, Kind]:
        """A piece of print, and what it holds.

        kind: "letters" (words or one letter), "digits" (one to eight of them, as in a date
        or a form's number), "mixed" (both), or None for any. Returns ink uint8 [H, W], tight,
        24 to 64 pixels of type high.
        """
        if kind is None:
            kinds: tuple[Kind, ...] = ("letters", "digits", "mixed")
            kind = kinds[rng.choice(3, p=(0.8, 0.1, 0.1))]
        font = self._fonts[int(rng.integers(len(self._fonts)))]
        text = _text(rng, kind)
        left, top, right, bottom = font.getbbox(text)
        size = (int(right - left) + 4, int(bottom - top) + 4)
        image = Image.new("L", size)
        ImageDraw.Draw(image).text((2 - left, 2 - top), text, 255, font)
        return tight(np.array(image)), kind


def _text(rng: Generator, kind: Kind) -> str:
    if kind == "digits":
        return "".join(rng.choice(list(string.digits), rng.integers(1, 9)))
    if rng.random() < 0.2 and kind == "letters":
        return str(rng.choice(list(_ALONE)))
    words = []
    for _ in range(rng.integers(1, 5)):
        word = "".join(rng.choice(list(_LETTERS.lower() + _COMMON), rng.integers(3, 10)))
        words.append(word.upper() if rng.random() < 0.2 else word)
    if rng.random() < 0.4:
        words[0] = words[0].capitalize()
    if rng.random() < 0.4:
        words[-1] += str(rng.choice(list(".:,;-")))
    if kind == "mixed":
        number = "".join(rng.choice(list(string.digits + "./-"), rng.integers(2, 7)))
        words.insert(int(rng.integers(len(words) + 1)), number)
    return " ".join(words)

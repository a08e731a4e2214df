"""Printed text, in outline fonts that come with matplotlib."""

import importlib.util
import string
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.random import Generator
from PIL import Image, ImageDraw, ImageFont

from digitnet.errors import DataError
from digitnet.training.pages.strokes import Ink, tight

Kind = Literal["letters", "digits", "mixed"]
_FAMILIES = ("DejaVuSans", "DejaVuSerif", "DejaVuSansMono", "STIXGeneral", "cmr", "cmss", "cmtt")
_HEIGHTS = (30, 48)  # pixels of type: print is mostly made smaller from these
_COMMON = "eeeeettttaaaooiinnsshhrrdlu"
# A single printed letter is one that is no digit to anyone.
_ALONE = "AEFHKMNPRTUVWXYadefhkmnprtuvwxy"
_MOST_LETTERS = 24


class FontBank:
    """Fonts, each opened when it is first used; the one that Pillow has where there are no others.

    `teach` needs no matplotlib so.
    """

    def __init__(self) -> None:
        try:
            self._paths = font_paths()
        except DataError:
            self._paths = ()
        self._opened: dict[tuple[int, int], ImageFont.FreeTypeFont] = {}

    def choose(self, rng: Generator, height: float) -> ImageFont.FreeTypeFont:
        """Any font, with type `height` pixels high (a capital has 0.72 of it)."""
        which, size = int(rng.integers(max(1, len(self._paths)))), round(height)
        if (which, size) not in self._opened:
            self._opened[which, size] = self._open(which, size)
        return self._opened[which, size]

    def _open(self, which: int, size: int) -> ImageFont.FreeTypeFont:
        if self._paths:
            return ImageFont.truetype(str(self._paths[which]), size)
        font = ImageFont.load_default(size)
        assert isinstance(font, ImageFont.FreeTypeFont)
        return font


class PrintBank:
    """Pieces of print."""

    def __init__(self) -> None:
        self._fonts = FontBank()

    def draw_print(self, rng: Generator, kind: Kind | None = None) -> tuple[Ink, Kind]:
        """A piece of print, and what it holds.

        kind: "letters" (words or one letter), "digits" (one to eight of them, as in a date
        or a form's number), "mixed" (both), or None for any. Returns ink uint8 [H, W], tight,
        of type 30 or 48 pixels high.
        """
        if kind is None:
            kinds: tuple[Kind, ...] = ("letters", "digits", "mixed")
            kind = kinds[rng.choice(3, p=(0.8, 0.1, 0.1))]
        font = self._fonts.choose(rng, _HEIGHTS[int(rng.integers(len(_HEIGHTS)))])
        return tight(print_text(font, _text(rng, kind))), kind


def font_paths() -> tuple[Path, ...]:
    """Outline fonts with Latin letters and digits, sorted by name.

    Raises:
        DataError: matplotlib is not installed.
    """
    package = importlib.util.find_spec("matplotlib")  # found, not imported
    if package is None or not package.submodule_search_locations:
        raise DataError("made-up letters need matplotlib's fonts; run: pip install matplotlib")
    folder = Path(package.submodule_search_locations[0]) / "mpl-data" / "fonts" / "ttf"
    found = sorted(path for path in folder.glob("*.ttf") if path.stem.startswith(_FAMILIES))
    return tuple(path for path in found if "Display" not in path.stem)


def print_text(font: ImageFont.FreeTypeFont, text: str, margin: int = 2) -> Ink:
    """Text in one row, light on black, uint8 [H, W], with a margin in pixels around it."""
    left, top, right, bottom = font.getbbox(text)
    size = (int(right - left) + 2 * margin, int(bottom - top) + 2 * margin)
    image = Image.new("L", size)
    ImageDraw.Draw(image).text((margin - left, margin - top), text, 255, font)
    return np.array(image)


def _text(rng: Generator, kind: Kind) -> str:
    if kind == "digits":
        return "".join(rng.choice(list(string.digits), rng.integers(1, 9)))
    if rng.random() < 0.2 and kind == "letters":
        return str(rng.choice(list(_ALONE)))
    words: list[str] = []
    while not words or sum(map(len, words)) < rng.integers(1, _MOST_LETTERS):
        word = "".join(rng.choice(list(string.ascii_lowercase + _COMMON), rng.integers(3, 10)))
        words.append(word.upper() if rng.random() < 0.2 else word)
    if rng.random() < 0.4:
        words[0] = words[0].capitalize()
    if rng.random() < 0.4:
        words[-1] += str(rng.choice(list(".:,;-")))
    if kind == "mixed":
        number = "".join(rng.choice(list(string.digits + "./-"), rng.integers(2, 7)))
        words.insert(int(rng.integers(len(words) + 1)), number)
    return " ".join(words)

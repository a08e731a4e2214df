"""How digits stand on a sheet: lines, amounts, sums, tables, scattered, alone."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from digitnet.training.pages.digits import HEIGHT, DigitBank
from digitnet.training.pages.letters import UNIT, LetterBank
from digitnet.training.pages.print import PrintBank
from digitnet.training.pages.scribbles import draw_crossing_out, draw_scribble
from digitnet.training.pages.sheet import Sheet
from digitnet.training.pages.signs import draw_sign
from digitnet.training.pages.strokes import draw_strokes, smooth
from digitnet.training.pages.targets import NO_DIGIT

Random = np.random.Generator
CAPITAL = 100 * UNIT  # pixels of a capital as letters are drawn
Matrix = NDArray[np.float64]

# Signs smaller than this share of a digit (points, commas) are no marks: nothing to be read.
_SMALL_SIGN = 0.45
# Signs that no digit resembles, so that one alone can be told; a slash alone is a one.
CLEAR_SIGNS = (
    *("plus", "equals", "times", "divide", "hash", "percent", "and", "star", "question"),
    *("euro", "dollar", "pound", "at", "arrow", "sum", "wave", "colon", "semicolon"),
)
_CROSSED_OUT = 0.012  # share of digits that are struck out: no digit to be read


def between(rng: Random, low: float, high: float) -> float:
    """A number whose logarithm is uniform: sizes and strengths have no natural middle."""
    return math.exp(rng.uniform(math.log(low), math.log(high)))


@dataclass(frozen=True)
class Style:
    """How one person writes one page. Lengths in pixels of the sheet, angles in radians.

    height: of an ordinary digit. pen: its stroke. slant: of stems to the right, a shear.
    width: factor of all widths. uneven: deviation of the logarithm of sizes. gap: smallest and
    largest distance of neighbours, in heights; below 0 they overlap. depth: of the ink, to 1.
    joined: the pen is seldom lifted between digits.
    zero: size of zeros beside other digits. angle: of the lines.
    """

    height: float
    pen: float
    slant: float
    width: float
    uneven: float
    gap: tuple[float, float]
    depth: float
    zero: float
    angle: float
    joined: bool

    @property
    def turn(self) -> Matrix:
        cosine, sine = math.cos(self.angle), math.sin(self.angle)
        return np.array([[cosine, -sine], [sine, cosine]])


@dataclass(eq=False)
class Layout:
    """What boxes and rules need to know of the writing. cells: middles of form cells, pixels
    of the sheet; cell_size: width and height of one; kind: one of `KINDS`."""

    style: Style
    cells: list[tuple[float, float]] = field(default_factory=list)
    cell_size: tuple[float, float] = (0.0, 0.0)
    kind: str = ""


def make_style(rng: Random, height: float) -> Style:
    gap = rng.choice(3, p=[0.28, 0.5, 0.22])
    return Style(
        height=height,
        pen=max(between(rng, 0.035, 0.22) * height, 1.6),
        slant=rng.normal(0.02, 0.13) + (rng.uniform(0, 0.5) if rng.random() < 0.2 else 0),
        width=between(rng, 0.75, 1.25),
        uneven=rng.uniform(0.03, 0.2),
        gap=((-0.18, 0.1), (0.0, 0.35), (0.3, 1.2))[gap],
        depth=1.0 if rng.random() < 0.75 else rng.uniform(0.6, 1),
        zero=0.65 if rng.random() < 0.12 else 1.0,
        joined=bool(rng.random() < 0.08),
        angle=rng.normal(0, 0.05) if rng.random() < 0.65 else rng.uniform(-0.3, 0.3),
    )


@dataclass(eq=False)
class Writer:
    """Writes on one sheet in one style; u runs along the line, v down, from the middle."""

    rng: Random
    sheet: Sheet
    digits: DigitBank
    letters: LetterBank
    prints: PrintBank
    style: Style

    def place(self, u: float, v: float) -> tuple[float, float]:
        x, y = self.style.turn @ (u, v) + self.sheet.side / 2
        return float(x), float(y)

    def on_sheet(self, u: float, v: float) -> bool:
        x, y = self.place(u, v)
        room = self.style.height
        return -room < x < self.sheet.side + room and -room < y < self.sheet.side + room

    def _matrix(self, scale: float, across: float = 1.0) -> Matrix:
        rng, own = self.rng, self.rng.normal(0, 0.07)
        shear = np.array([[1, -(self.style.slant + rng.normal(0, 0.05))], [0, 1]])
        turn = np.array([[math.cos(own), -math.sin(own)], [math.sin(own), math.cos(own)]])
        return self.style.turn @ shear @ turn @ np.diag([scale * across, scale])

    def digit(self, u: float, v: float, *, height: float | None = None, middle: bool = False
              ) -> float:  # fmt: skip
        """One digit whose left edge (or middle) is at u; returns its width."""
        rng, style = self.rng, self.style
        height = (height or style.height) * math.exp(rng.normal(0, style.uneven))
        ink, label = self.digits.draw(rng, style.pen / height)
        if label == 0:
            height *= style.zero
        scale = height / HEIGHT
        v += (ink.shape[0] * scale - height) / 2  # a long stem reaches below the line
        across = style.width * between(rng, 0.88, 1.14)
        width = ink.shape[1] * scale * across
        x, y = self.place(u if middle else u + width / 2, v + rng.normal(0, 0.05) * height)
        depth = style.depth * (1 if rng.random() < 0.8 else rng.uniform(0.75, 1))
        box = self.sheet.put(ink, x, y, self._matrix(scale, across), depth)
        if box is not None and rng.random() < _CROSSED_OUT:
            struck = draw_crossing_out(rng, box[2], box[3], style.pen)
            self.sheet.mark_vague(self.sheet.put(struck, box[0], box[1], style.turn, depth))
        else:
            self.sheet.mark(box, label)
        return width

    def sign(self, u: float, v: float, name: str | None = None) -> float:
        """A sign as it stands between digits; returns its width."""
        rng, style = self.rng, self.style
        ink, relative, offset = draw_sign(rng, style.pen / style.height, name)
        scale = relative * style.height / ink.shape[0]
        width = ink.shape[1] * scale
        x, y = self.place(u + width / 2, v + offset * style.height)
        self._mark_other(self.sheet.put(ink, x, y, self._matrix(scale), style.depth))
        return width

    def letter(self, u: float, v: float, *, height: float | None = None, middle: bool = False
               ) -> float:  # fmt: skip
        """One handwritten letter; returns its width."""
        rng, style = self.rng, self.style
        height = (height or style.height) * between(rng, 0.7, 1.3)
        ink = self.letters.draw_letter(rng, style.pen / height)
        scale = height / CAPITAL
        width = ink.shape[1] * scale
        x, y = self.place(u if middle else u + width / 2, v + rng.normal(0, 0.08) * height)
        self._mark_other(self.sheet.put(ink, x, y, self._matrix(scale), style.depth))
        return width

    def _mark_other(self, box: tuple[float, float, float, float] | None) -> None:
        """A sign or letter: a mark where it is about as large as a digit, in both directions."""
        if box is None or max(box[2:]) < _SMALL_SIGN * self.style.height:
            return
        if min(box[2:]) < 0.25 * max(box[2:]) and box[2] > box[3]:  # a dash: hardly a mark
            self.sheet.mark_vague(box)
        else:
            self.sheet.mark(box, NO_DIGIT)

    def gap(self) -> float:
        low, high = self.style.gap
        return (low + (high - low) * self.rng.random()) * self.style.height

    def join(self, u: float, v: float) -> None:
        """A stroke from the digit before u to the one that will begin there."""
        rng, height = self.rng, self.style.height
        reach = rng.uniform(0.25, 0.5) * height
        start, end = rng.uniform(-0.5, 0.4, 2) * height
        middle = (start + end) / 2 + rng.uniform(-0.05, 0.15) * height
        knots = np.array([(-reach, start), (0, middle), (reach, end)], np.float32)
        scale = HEIGHT / height  # as digits are drawn, and then made smaller
        ink = draw_strokes(rng, [smooth(knots * np.float32(scale))], self.style.pen * scale)
        x, y = self.place(u, v + (start + end) / 2)
        self.sheet.put(ink, x, y, self.style.turn / scale, self.style.depth)

    def line(self, u: float, v: float, end: float, text: str) -> float:
        """Write `text` (d digit, s sign, l letter, space) from u on; returns where it ends."""
        for what in text:
            if u > end:
                break
            if what == " ":
                u += self.rng.uniform(0.5, 1.4) * self.style.height
            elif not self.on_sheet(u, v):
                u += 0.7 * self.style.height
            else:
                if what == "d" and self.style.joined and self.rng.random() < 0.5:
                    self.join(u, v)
                match what:
                    case "d":
                        u += self.digit(u, v)
                    case "s":
                        u += self.sign(u, v)
                    case _:
                        u += self.letter(u, v)
                # Signs and letters keep a little distance, as digits mostly do.
                u += self.gap() if what == "d" else max(self.gap(), 0.05 * self.style.height)
        return u


def line_text(rng: Random) -> str:
    """What one line holds: d digit, s sign, l letter."""

    def number(low: int, high: int) -> str:
        return "d" * int(rng.integers(low, high + 1))

    kind = rng.random()
    if kind < 0.52:
        return "d" * 40  # to the end of the sheet
    if kind < 0.67:
        return " ".join(number(1, 5) for _ in range(12))
    if kind < 0.75:  # amounts: 1.234,50
        return " ".join(
            f"{number(1, 3)}s{number(2, 3)}" + "s" * int(rng.integers(3)) for _ in range(6)
        )
    if kind < 0.82:  # dates, fractions, times
        return " ".join(f"{number(1, 2)}s{number(1, 2)}s{number(2, 4)}" for _ in range(5))
    if kind < 0.90:  # sums
        return " ".join(f"{number(1, 3)} s {number(1, 3)} s {number(1, 3)} " for _ in range(4))
    if kind < 0.95:  # codes and names beside numbers
        return " ".join("l" * int(rng.integers(1, 4)) + number(1, 4) for _ in range(8))
    return " ".join("s" * int(rng.integers(1, 3)) + number(1, 3) for _ in range(9))


def lines(writer: Writer, layout: Layout) -> None:
    """Lines all over the sheet, or a few of them."""
    rng, style, side = writer.rng, writer.style, writer.sheet.side
    span = 0.75 * side
    pitch = style.height * between(rng, 1.15, 2.6)
    few = rng.random() < 0.3
    left = int(rng.integers(1, 4)) if few else 99
    v = rng.uniform(-0.35, 0.25) * side if few else -span + rng.uniform(0, pitch)
    while v < span and left > 0:
        left -= 1
        u = -span + rng.uniform(0, style.height)
        end = span
        if rng.random() < 0.35:
            u = rng.uniform(-0.45, 0.25) * side
            end = u + style.height * rng.uniform(0.5, 9)
        writer.line(u, v, end, line_text(rng))
        v += pitch * between(rng, 0.9, 1.1)


def cells(writer: Writer, layout: Layout) -> None:
    """A digit in each cell of a form, a comb or a table; some cells empty, some with two."""
    rng, style, side = writer.rng, writer.style, writer.sheet.side
    width = style.height * between(rng, 1.0, 2.2)
    height = style.height * between(rng, 1.1, 2.0)
    step_u = width * (1 if rng.random() < 0.6 else rng.uniform(1.05, 1.5))
    step_v = height * (1 if rng.random() < 0.5 else rng.uniform(1.05, 2.5))
    several = rng.random() < 0.25
    layout.cell_size = (width, height)
    rows = int(rng.integers(1, 4)) if rng.random() < 0.4 else 99
    v = rng.uniform(-0.3, 0.1) * side if rows < 99 else -0.75 * side + rng.uniform(0, step_v)
    start = -0.75 * side + rng.uniform(0, step_u)
    while v < 0.75 * side and rows > 0:
        rows -= 1
        u = start
        while u < 0.75 * side:
            if writer.on_sheet(u, v):
                layout.cells.append(writer.place(u, v))
                at_u, at_v = (c + rng.normal(0, 0.07) * style.height for c in (u, v))
                filled = rng.random()
                if several and filled < 0.5:
                    begin = at_u - 0.5 * style.height
                    writer.line(begin, at_v, begin + 0.9 * width, "d" * int(rng.integers(2, 4)))
                elif filled < 0.88:
                    writer.digit(at_u, at_v, middle=True)
                elif filled < 0.92:
                    writer.letter(at_u, at_v, middle=True)
            u += step_u
        v += step_v


def column(writer: Writer, layout: Layout) -> None:
    """Numbers under one another, flush right, as for a sum; or single digits."""
    rng, style, side = writer.rng, writer.style, writer.sheet.side
    pitch = style.height * between(rng, 1.1, 2.0)
    right = rng.uniform(-0.1, 0.4) * side
    v = -0.5 * side + rng.uniform(0, 0.5) * side
    for _ in range(int(rng.integers(2, 12))):
        digits = int(rng.integers(1, 6))
        u = right - digits * 0.75 * style.height
        if rng.random() < 0.2:
            writer.sign(u - 1.2 * style.height, v)
        writer.line(u, v, side, "d" * digits)
        v += pitch * between(rng, 0.95, 1.1)


def scattered(writer: Writer, layout: Layout) -> None:
    """Digits anywhere, of sizes much unlike."""
    rng, style, side = writer.rng, writer.style, writer.sheet.side
    for _ in range(int(rng.integers(2, 22))):
        height = style.height * between(rng, 0.45, 2.4)
        u, v = rng.uniform(-side / 2, side / 2, 2)
        x, y = writer.place(u, v)
        if writer.sheet.is_free(x, y, 1.1 * height, 1.15 * height):
            write = writer.letter if rng.random() < 0.15 else writer.digit
            write(u, v, height=height, middle=True)


def alone(writer: Writer, layout: Layout) -> None:
    """One digit, or one letter or sign, somewhere near the middle."""
    rng, side = writer.rng, writer.sheet.side
    u, v = rng.normal(0, 0.12 * side, 2)
    what = rng.random()
    if what < 0.68:
        writer.digit(u, v, middle=True)
    elif what < 0.82:
        writer.letter(u, v, middle=True)
    else:
        writer.sign(u, v, str(rng.choice(CLEAR_SIGNS)))


def nothing(writer: Writer, layout: Layout) -> None:
    """No digit: what else is written comes from `others`."""


KINDS: dict[str, tuple[float, Callable[[Writer, Layout], None]]] = {
    "lines": (0.42, lines),
    "cells": (0.17, cells),
    "column": (0.06, column),
    "scattered": (0.10, scattered),
    "alone": (0.13, alone),
    "nothing": (0.12, nothing),
}


def write(rng: Random, writer: Writer, without: frozenset[str] = frozenset()) -> Layout:
    """Write one sheet; `without` leaves out arrangements (`KINDS`) and what is no digit:
    "letters", "words", "print", "scribbles"."""
    kinds = [name for name in KINDS if name not in without]
    chances = np.array([KINDS[name][0] for name in kinds])
    kind = str(rng.choice(kinds, p=chances / chances.sum()))
    layout = Layout(writer.style, kind=kind)
    KINDS[kind][1](writer, layout)
    for name, (usual, alone, others) in OTHERS.items():
        if rng.random() < (alone if kind == "nothing" else usual) and name not in without:
            others(writer)
    return layout


def _letters(writer: Writer) -> None:
    """Single letters and signs, each told as no digit."""
    rng, side, height = writer.rng, writer.sheet.side, writer.style.height
    for _ in range(int(rng.integers(1, 9))):
        u, v = rng.uniform(-side / 2, side / 2, 2)
        if writer.sheet.is_free(*writer.place(u, v), 1.3 * height, 1.4 * height):
            if rng.random() < 0.7:
                writer.letter(u, v, middle=True)
            else:
                writer.sign(u, v, str(rng.choice(CLEAR_SIGNS)))


def _words(writer: Writer) -> None:
    rng, style = writer.rng, writer.style
    for _ in range(int(rng.integers(1, 6))):
        ink = writer.letters.draw_word(rng, style.pen / style.height)
        _somewhere(writer, ink, style.height * between(rng, 0.6, 1.6) / CAPITAL)


def _print(writer: Writer) -> None:
    rng = writer.rng
    for _ in range(int(rng.integers(1, 6))):
        # Printed digits are neither taught nor forbidden: none are drawn.
        ink, _ = writer.prints.draw_print(rng, "letters")
        _somewhere(writer, ink, writer.style.height * between(rng, 0.4, 1.2) / ink.shape[0])


def _scribbles(writer: Writer) -> None:
    rng, style = writer.rng, writer.style
    for _ in range(int(rng.integers(1, 4))):
        size = style.height * between(rng, 0.6, 6)
        _somewhere(writer, draw_scribble(rng, size, style.pen), 1.0)


def _somewhere(writer: Writer, ink: NDArray[np.uint8], scale: float) -> None:
    """Where no mark stands, if the place that is drawn is free."""
    rng, sheet = writer.rng, writer.sheet
    x, y = rng.uniform(0, sheet.side, 2)
    height, width = ink.shape[0] * scale, ink.shape[1] * scale
    if sheet.is_free(x, y, width + 6, height + 6):
        turn = rng.normal(0, 0.12)
        cosine, sine = math.cos(turn), math.sin(turn)
        matrix = scale * np.array([[cosine, -sine], [sine, cosine]])
        sheet.mark_vague(sheet.put(ink, x, y, matrix, rng.uniform(0.5, 1)))


# What is no digit: its chance beside digits, its chance where no digit stands.
OTHERS: dict[str, tuple[float, float, Callable[[Writer], None]]] = {
    "letters": (0.15, 0.5, _letters),
    "words": (0.15, 0.5, _words),
    "print": (0.12, 0.35, _print),
    "scribbles": (0.12, 0.5, _scribbles),
}

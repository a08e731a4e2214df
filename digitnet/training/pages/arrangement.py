"""How digits stand on a sheet: lines, amounts, sums, tables, scattered, alone; and what is none."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from digitnet.training.pages.scribbles import draw_scribble
from digitnet.training.pages.writing import (
    CAPITAL,
    CLEAR_SIGNS,
    Random,
    Style,
    Writer,
    between,
)


@dataclass(eq=False)
class Layout:
    """What boxes and rules need to know of the writing. cells: middles of form cells, pixels
    of the sheet; cell_size: width and height of one; kind: one of `KINDS`."""

    style: Style
    cells: list[tuple[float, float]] = field(default_factory=list)
    cell_size: tuple[float, float] = (0.0, 0.0)
    kind: str = ""


def line_text(rng: Random) -> str:
    """What one line holds: d digit, s any sign, l letter, and signs that stand for themselves."""

    def number(low: int, high: int) -> str:
        return "d" * int(rng.integers(low, high + 1))

    kind = rng.random()
    if kind < 0.5:
        return "d" * 40  # to the end of the sheet
    if kind < 0.64:
        return " ".join(number(1, 5) for _ in range(12))
    if kind < 0.72:  # amounts, and shares: $12,50 85%
        before, after = (
            rng.choice(["$", "€", "s", "", "", ""]),
            rng.choice(["%", "€", "s", "ss", ""]),
        )
        return " ".join(
            f"{before}{number(1, 3)}{after}"
            if rng.random() < 0.5
            else f"{before}{number(1, 3)}s{number(2, 3)}{after}"
            for _ in range(6)
        )
    if kind < 0.82:  # dates, fractions, times: most lines keep to one sign
        sign = str(rng.choice(list("///-.:ss")))
        return " ".join(
            sign.join([number(1, 2), *[number(1, 2)] * int(rng.integers(2)), number(2, 4)])
            for _ in range(6)
        )
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
    """One digit, letter, sign or scribble, somewhere near the middle."""
    rng, side, style = writer.rng, writer.sheet.side, writer.style
    u, v = rng.normal(0, 0.12 * side, 2)
    what = rng.random()
    if what < 0.57:
        # Data sets have digits that were made to fill a square.
        stretch = between(rng, 0.6, 2.6) if rng.random() < 0.15 else 1.0
        writer.digit(u, v, middle=True, stretch=stretch)
    elif what < 0.72:
        writer.letter(u, v, middle=True)
    elif what < 0.89:
        writer.sign(u, v, str(rng.choice(CLEAR_SIGNS)))
    else:
        size = style.height * between(rng, 0.7, 2)
        ink = draw_scribble(rng, size, style.pen)
        box = writer.sheet.put(ink, *writer.place(u, v), style.turn, style.depth)
        writer.sheet.mark_vague(box)


def nothing(writer: Writer, layout: Layout) -> None:
    """No digit: what else is written comes from `others`."""


KINDS: dict[str, tuple[float, Callable[[Writer, Layout], None]]] = {
    "lines": (0.39, lines),
    "cells": (0.17, cells),
    "column": (0.06, column),
    "scattered": (0.09, scattered),
    "alone": (0.17, alone),
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
        ink = writer.letters.draw_word(rng, style.pen_ratio)
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
    "letters": (0.22, 0.5, _letters),
    "words": (0.15, 0.5, _words),
    "print": (0.12, 0.35, _print),
    "scribbles": (0.15, 0.55, _scribbles),
}

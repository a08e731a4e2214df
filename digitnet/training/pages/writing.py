"""One person's hand: writes digits, signs and letters on a sheet."""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from digitnet.training.pages.digits import HEIGHT, DigitBank, Hand
from digitnet.training.pages.letters import UNIT, LetterBank
from digitnet.training.pages.neighbours import paper_beside
from digitnet.training.pages.print import PrintBank
from digitnet.training.pages.scribbles import draw_crossing_out
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
    *("question looped", "colon of rings", "semicolon of a ring", "percent of large rings"),
    *("question hooked", "question angular", "exclamation", "exclamation boxed", "colon apart"),
    *("semicolon apart", "at open", "at of one round", "dollar cut short", "dollar slanted"),
    *("percent joined", "plus with a foot"),
)
# Signs that stand for themselves in a line's text.
_FORMS = {
    "/": ("slash",),
    "-": ("minus",),
    ".": ("point",),
    ":": ("colon", "colon", "colon apart", "colon of rings"),
    "%": ("percent", "percent joined", "percent of large rings"),
    "$": ("dollar", "dollar cut short", "dollar slanted"),
    "€": ("euro",),
}
_PENS, _BRUSHES = (0.035, 0.22), (0.22, 0.5)  # widths, in heights of a digit
_SMALLER = 0.03  # share of digits that are much smaller than those beside them
_CROSSED_OUT = 0.012  # share of digits that are struck out: no digit to be read
_MOST_KERNED = 0.35  # heights: the furthest that a digit is moved into the one before


def between(rng: Random, low: float, high: float) -> float:
    """A number whose logarithm is uniform: sizes and strengths have no natural middle."""
    return math.exp(rng.uniform(math.log(low), math.log(high)))


@dataclass(frozen=True)
class Style:
    """How one person writes one page. Lengths in pixels of the sheet, angles in radians.

    height: of an ordinary digit. pen: its stroke. slant: of stems to the right, a shear.
    width: factor of all widths. uneven: deviation of the logarithm of sizes. gap: smallest and
    largest distance of neighbours, in heights; below 0 they overlap. depth: of the ink, to 1.
    joined: the pen is seldom lifted between digits. kerned: gaps are between strokes, so that
    the foot of one digit may stand below the head of the next; else between boxes.
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
    kerned: bool

    @property
    def pen_ratio(self) -> float:
        """Of letters and signs: the boldest would be blots that any digit resembles."""
        return min(self.pen / self.height, _PENS[1])

    @property
    def turn(self) -> Matrix:
        cosine, sine = math.cos(self.angle), math.sin(self.angle)
        return np.array([[cosine, -sine], [sine, cosine]])


def make_style(rng: Random, height: float) -> Style:
    gap = rng.choice(3, p=[0.28, 0.5, 0.22])
    joined = bool(rng.random() < 0.08)
    kerned = not joined and bool(rng.random() < 0.4)  # joining strokes go to where boxes begin
    return Style(
        height=height,
        pen=max(between(rng, *(_PENS if rng.random() < 0.93 else _BRUSHES)) * height, 1.6),
        slant=rng.normal(0.02, 0.13) + (rng.uniform(0, 0.5) if rng.random() < 0.2 else 0),
        width=between(rng, 0.75, 1.25),
        uneven=rng.uniform(0.03, 0.2),
        gap=((-0.08 if kerned else -0.18, 0.1), (0.0, 0.35), (0.3, 1.2))[gap],
        depth=1.0 if rng.random() < 0.75 else rng.uniform(0.6, 1),
        zero=0.65 if rng.random() < 0.12 else 1.0,
        joined=joined,
        kerned=kerned,
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
    hand: Hand
    # Paper to the right of the digit before, band by band; None after anything else.
    _paper_right: NDArray[np.float64] | None = field(default=None, init=False)

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

    def digit(self, u: float, v: float, *, height: float | None = None, middle: bool = False,
              stretch: float = 1.0) -> float:  # fmt: skip
        """One digit whose left edge (or middle) is at u, made wider; returns how far it reaches.

        After another digit a person whose digits are kerned moves it to the left.
        """
        rng, style = self.rng, self.style
        height = (height or style.height) * math.exp(rng.normal(0, style.uneven))
        height *= rng.uniform(0.4, 0.75) if rng.random() < _SMALLER else 1
        ink, label = self.digits.draw(rng, style.pen / height, hand=self.hand)
        if label == 0:
            height *= style.zero
        scale = height / HEIGHT
        v += (ink.shape[0] * scale - height) / 2  # a long stem reaches below the line
        across = style.width * between(rng, 0.88, 1.14) * stretch
        width = ink.shape[1] * scale * across
        moved = 0.0
        if style.kerned and not middle:
            left, right = paper_beside(ink, scale * across, scale, style.height)
            if self._paper_right is not None:
                free = float(np.min(self._paper_right + left))
                moved = min(free, _MOST_KERNED * style.height, 0.6 * width)
            self._paper_right = right
        u -= moved
        x, y = self.place(u if middle else u + width / 2, v + rng.normal(0, 0.05) * height)
        depth = style.depth * (1 if rng.random() < 0.8 else rng.uniform(0.75, 1))
        box = self.sheet.put(ink, x, y, self._matrix(scale, across), depth)
        if box is not None and rng.random() < _CROSSED_OUT:
            struck = draw_crossing_out(rng, box[2], box[3], style.pen)
            self.sheet.mark_vague(self.sheet.put(struck, box[0], box[1], style.turn, depth))
        else:
            self.sheet.mark(box, label)
        return width - moved

    def sign(self, u: float, v: float, name: str | None = None) -> float:
        """A sign as it stands between digits; returns its width."""
        rng, style = self.rng, self.style
        ink, relative, offset = draw_sign(rng, style.pen_ratio, name)
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
        ink = self.letters.draw_letter(rng, style.pen_ratio * style.height / height)
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
        """Write `text` from u on: d digit, s any sign, l letter, space, or a sign of itself.

        Returns where it ends.
        """
        self._paper_right = None
        for what in text:
            if u > end:
                break
            if what != "d" or not self.on_sheet(u, v):
                self._paper_right = None
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
                    case "l":
                        u += self.letter(u, v)
                    case "s":
                        u += self.sign(u, v)
                    case _:
                        u += self.sign(u, v, str(self.rng.choice(_FORMS[what])))
                # Signs and letters keep a little distance, as digits mostly do.
                u += self.gap() if what == "d" else max(self.gap(), 0.05 * self.style.height)
        return u

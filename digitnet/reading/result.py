"""What was read: digits in lines, with how sure each is."""

from dataclasses import dataclass
from typing import Any

Box = tuple[int, int, int, int]  # x, y, width, height, pixels

_SHOWN = 60  # characters of a text, in one line for programmers


@dataclass(frozen=True, repr=False)
class Digit:
    """One digit.

    box: x, y, width, height in the picture's own pixels, upright.
    accepted: it is read, and not refused.
    probabilities: of the digits 0 to 9, if it is one at all; they sum to 1.
    confidence: calibrated probability that the best guess is right.
    """

    box: Box
    accepted: bool
    probabilities: tuple[float, ...]
    confidence: float

    @property
    def digit(self) -> int:
        """The best guess, also where it is not accepted."""
        return max(range(10), key=lambda digit: self.probabilities[digit])

    @property
    def text(self) -> str:
        """The digit, or `?` where it is refused."""
        return str(self.digit) if self.accepted else "?"

    def top(self, count: int = 3) -> list[tuple[int, float]]:
        """The likeliest digits with their probabilities, best first."""
        order = sorted(range(10), key=lambda digit: -self.probabilities[digit])
        return [(digit, self.probabilities[digit]) for digit in order[:count]]

    def to_dict(self, top: int = 3) -> dict[str, Any]:
        return {
            "digit": self.digit,
            "confidence": round(self.confidence, 4),
            "accepted": self.accepted,
            "box": list(self.box),
            "top": [[digit, round(share, 4)] for digit, share in self.top(top)],
        }

    def __repr__(self) -> str:
        read = "" if self.accepted else ", refused"
        return f"Digit({self.digit}, confidence {self.confidence:.2f}{read}, box {self.box})"


@dataclass(frozen=True, repr=False)
class TextLine:
    """One line, from left to right. spaces: before which of its digits a wide gap stands."""

    digits: tuple[Digit, ...]
    spaces: frozenset[int] = frozenset()

    @property
    def text(self) -> str:
        return "".join(
            (" " if index in self.spaces else "") + digit.text
            for index, digit in enumerate(self.digits)
        )

    def to_dict(self, top: int = 3) -> dict[str, Any]:
        return {"text": self.text, "digits": [digit.to_dict(top) for digit in self.digits]}

    def __repr__(self) -> str:
        return f"TextLine({self.text!r})"


@dataclass(frozen=True)
class Answer:
    """A number that is written in a picture, chosen among those that it may be.

    line: the index of the line where it stands; None where nothing was read and it is made of
    marks too faint for that. probability: that it is the one written there.
    """

    text: str
    probability: float
    line: int | None = 0

    def to_dict(self) -> dict[str, Any]:
        return {"text": self.text, "probability": round(self.probability, 4), "line": self.line}


@dataclass(frozen=True, repr=False)
class Reading:
    """All that was read in one picture.

    width, height: of the picture as its file says it stands, pixels.
    turned: degrees, counter-clockwise, by which the writing in it was found to be turned.
    warning: that no digit is seen, or that one was asked for of several; empty where all is well.
    page, pages: which page of its file it is, from 1, and how many that has.
    answers: the numbers that fit what was expected, from top to bottom; None where nothing was.
    """

    lines: tuple[TextLine, ...]
    width: int
    height: int
    turned: int = 0
    warning: str = ""
    page: int = 1
    pages: int = 1
    answers: tuple[Answer, ...] | None = None

    @property
    def text(self) -> str:
        """The lines, one a line; empty where nothing is written."""
        return "\n".join(line.text for line in self.lines)

    @property
    def digits(self) -> tuple[Digit, ...]:
        return tuple(digit for line in self.lines for digit in line.digits)

    @property
    def answer(self) -> Answer | None:
        """The likeliest of the answers, where there is one."""
        return max(self.answers or (), key=lambda answer: answer.probability, default=None)

    def to_dict(self, top: int = 3) -> dict[str, Any]:
        """What `digitnet read --json` prints, but for the path."""
        answers = None if self.answers is None else [answer.to_dict() for answer in self.answers]
        optional = {"answers": answers, "warning": self.warning or None}
        return {
            "text": self.text,
            "lines": [line.to_dict(top) for line in self.lines],
            "width": self.width,
            "height": self.height,
            "turned": self.turned,
            "page": self.page,
            "pages": self.pages,
            **{name: value for name, value in optional.items() if value is not None},
        }

    def __repr__(self) -> str:
        text = self.text if len(self.text) <= _SHOWN else f"{self.text[:_SHOWN]}..."
        parts = [f"Reading({text!r}", f"{len(self.digits)} digits"]
        refused = sum(not digit.accepted for digit in self.digits)
        parts += [f"{refused} refused"] if refused else []
        if self.digits:
            least = min(digit.confidence for digit in self.digits)
            parts.append(f"least confidence {least:.2f}")
        parts.append(f"{self.width}x{self.height}")
        parts += [f"page {self.page} of {self.pages}"] if self.pages > 1 else []
        parts += [f"answer {self.answer.text}"] if self.answer else []
        return ", ".join(parts) + ")"

    def _repr_html_(self) -> str:
        """A notebook's view: the digits, fainter where less sure."""
        import html  # only here: a cold read need not wait for it

        rows = []
        for line in self.lines:
            cells = "".join(
                f'<td style="padding:0 .4em;text-align:center" title="{_title(digit)}">'
                f'<span style="font-size:1.6em;opacity:{0.35 + 0.65 * digit.confidence:.2f}">'
                f"{html.escape(digit.text)}</span><br><small>{digit.confidence:.0%}</small></td>"
                for digit in line.digits
            )
            rows.append(f"<tr>{cells}</tr>")
        return f"<table>{''.join(rows)}</table>" if rows else "<em>no digits</em>"


def _title(digit: Digit) -> str:
    return ", ".join(f"{name}: {share:.1%}" for name, share in digit.top())

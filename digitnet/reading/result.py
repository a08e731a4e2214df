"""What was read: digits in lines, with how sure each is."""

import html
from dataclasses import dataclass
from typing import Any

from digitnet.reading.strokes import Box


@dataclass(frozen=True)
class Digit:
    """One digit.

    box: x, y, width, height in the picture's own pixels, upright.
    accepted: it looks like a digit at all.
    probabilities: of the digits 0 to 9, calibrated, summing to 1.
    """

    box: Box
    accepted: bool
    probabilities: tuple[float, ...]

    @property
    def digit(self) -> int:
        """The best guess, also where it is not accepted."""
        return max(range(10), key=lambda digit: self.probabilities[digit])

    @property
    def confidence(self) -> float:
        """The best guess's probability, in [0, 1]."""
        return max(self.probabilities)

    @property
    def text(self) -> str:
        """The digit, or `?` where it is refused."""
        return str(self.digit) if self.accepted else "?"

    def top(self, count: int = 3) -> list[tuple[str, float]]:
        """The likeliest digits with their probabilities, best first."""
        order = sorted(range(10), key=lambda digit: -self.probabilities[digit])
        return [(str(digit), self.probabilities[digit]) for digit in order[:count]]

    def to_dict(self, top: int = 3) -> dict[str, Any]:
        return {
            "digit": str(self.digit),
            "confidence": round(self.confidence, 4),
            "accepted": self.accepted,
            "box": list(self.box),
            "top": [[digit, round(share, 4)] for digit, share in self.top(top)],
        }


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class Reading:
    """All that was read in one picture. width, height: of the picture, upright, pixels."""

    lines: tuple[TextLine, ...]
    width: int
    height: int

    @property
    def text(self) -> str:
        """The lines, one a line; empty where nothing is written."""
        return "\n".join(line.text for line in self.lines)

    @property
    def digits(self) -> tuple[Digit, ...]:
        return tuple(digit for line in self.lines for digit in line.digits)

    def to_dict(self, top: int = 3) -> dict[str, Any]:
        """What `digitnet read --json` prints, but for the path."""
        return {
            "text": self.text,
            "lines": [line.to_dict(top) for line in self.lines],
            "width": self.width,
            "height": self.height,
        }

    def _repr_html_(self) -> str:
        """A notebook's view: the digits, fainter where less sure."""
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

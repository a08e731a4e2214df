"""How text looks on a terminal, in a pipe, and with NO_COLOR."""

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from digitnet.training.evaluation import Evaluation


def bold(text: str) -> str:
    """Bold on a terminal; plain in a pipe or with NO_COLOR set (no-color.org)."""
    return f"\033[1m{text}\033[0m" if _has_style(sys.stdout) else text


def warn(message: str) -> None:
    """A line on standard error that is seen."""
    print(f"\033[33m{message}\033[0m" if _has_style(sys.stderr) else message, file=sys.stderr)


def stage(message: str) -> None:
    """What a command is at, on standard error: it shows that it works, in a pipe too."""
    print(message, file=sys.stderr, flush=True)


def percent(share: float) -> str:
    return f"{100 * share:.2f} %"


def accuracy_line(evaluation: "Evaluation", evaluated: str) -> str:
    """Accuracy with its interval and counts."""
    low, high = evaluation.interval
    return (
        f"{evaluated.capitalize()} accuracy: {bold(percent(evaluation.accuracy))}"
        f"  (95 % interval {100 * low:.2f} to {100 * high:.2f} %, "
        f"{evaluation.correct:,} of {evaluation.total:,})"
    )


def digit_lines(evaluation: "Evaluation") -> str:
    """Accuracy of each digit, in two lines."""
    shares = [evaluation.digit_accuracy(digit) for digit in range(10)]
    return "\n".join(
        [
            "Digit  " + "".join(f"{digit:>7}" for digit in range(10)),
            "right %" + "".join(f"{100 * s:7.2f}" if s is not None else "      -" for s in shares),
        ]
    )


def confusion_lines(confusion: Sequence[Sequence[int]]) -> str:
    """The confusion matrix; a row is the true digit, zeros are dots."""
    lines = ["Read as" + "".join(f"{digit:>6}" for digit in range(10))]
    for digit, row in enumerate(confusion):
        lines.append(f"true {digit} " + "".join(f"{count or '.':>6}" for count in row))
    return "\n".join(lines)


def confused_lines(confusion: Sequence[Sequence[int]], count: int = 5) -> str:
    """The pairs most often confused, in one line."""
    pairs = sorted(
        ((row[read], true, read) for true, row in enumerate(confusion) for read in range(10)
         if read != true and row[read]),
        key=lambda pair: (-pair[0], pair[1:]),
    )  # fmt: skip
    if not pairs:
        return "Nothing was confused."
    return "Most confused: " + ", ".join(f"{t} as {r} ({n})" for n, t, r in pairs[:count])


def _has_style(stream: object) -> bool:
    isatty = getattr(stream, "isatty", lambda: False)
    return bool(isatty()) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

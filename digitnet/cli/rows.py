"""What a table of readings has in its rows: a row a digit, or a row a picture."""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from digitnet.errors import OutputError, PictureError
from digitnet.reading import Expected, Reading

Row = dict[str, Any]


@dataclass(frozen=True)
class Rows:
    """The columns of a table with their types as Arrow names them, and what makes its rows.

    odd: an answer in a row of a table to go on with that is not expected now, or None.
    """

    columns: Mapping[str, str]
    of: Callable[[str, Reading | PictureError], list[Row]]
    odd: Callable[[Mapping[str, Any]], str | None] | None = None

    def check(self, row: Mapping[str, Any], table: Path) -> None:
        """Refuse to go on with a table that was asked for otherwise.

        Raises:
            OutputError: one of its answers is none that is expected now.
        """
        odd = self.odd(row) if self.odd else None
        if odd is not None:
            raise OutputError(
                f"cannot go on with {table}: its answer {odd} for {row['path']} is not one of "
                "those expected now; ask as before, or name another file"
            )


@dataclass
class Held:
    """The files that a table to go on with holds already, and those of them that had failed.

    By `os.path.normpath`: ./scans/a.png is scans/a.png.
    """

    paths: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)

    def add(self, rows: Iterable[Mapping[str, Any]]) -> None:
        for row in rows:
            path = os.path.normpath(row["path"])
            self.paths.add(path)
            if row["error"]:
                self.failed.add(path)


def _of_digits(path: str, result: Reading | PictureError) -> list[Row]:
    """One row a digit; one row for a picture without digits or that could not be read."""
    if isinstance(result, PictureError):
        return [{"path": path, "page": result.page, "error": str(result)}]
    rows: list[Row] = []
    for number, line in enumerate(result.lines, start=1):
        for position, digit in enumerate(line.digits, start=1):
            box = dict(zip(("x", "y", "width", "height"), digit.box, strict=True))
            rows.append(
                {
                    "path": path,
                    "page": result.page,
                    "line": number,
                    "position": position,
                    "digit": digit.digit,
                    "confidence": digit.confidence,
                    "accepted": digit.accepted,
                    **box,
                }
            )
    return rows or [{"path": path, "page": result.page}]


def _of_pictures(path: str, result: Reading | PictureError) -> list[Row]:
    """One row a picture, that of a page: also where nothing is written or could be read."""
    if isinstance(result, PictureError):
        return [{"path": path, "page": result.page, "error": str(result)}]
    digits = result.digits
    row: Row = {
        "path": path,
        "page": result.page,
        "text": result.text,
        "digits": len(digits),
        "refused": sum(not digit.accepted for digit in digits),
    }
    if digits:
        row["lowest_confidence"] = min(digit.confidence for digit in digits)
    return [row]


def _of_answers(path: str, result: Reading | PictureError) -> list[Row]:
    """The same with the numbers that fit, and how surely all of them are right."""
    (row,) = _of_pictures(path, result)
    if isinstance(result, Reading) and result.answers:
        row["answer"] = "\n".join(answer.text for answer in result.answers)
        row["probability"] = min(answer.probability for answer in result.answers)
    return [row]


DIGITS = Rows(
    {
        "path": "string",
        "page": "int32",
        "line": "int32",
        "position": "int32",
        "digit": "int8",
        "confidence": "float32",
        "accepted": "bool_",
        "x": "int32",
        "y": "int32",
        "width": "int32",
        "height": "int32",
        "error": "string",
    },
    _of_digits,
)
PICTURES = Rows(
    {
        "path": "string",
        "page": "int32",
        "text": "string",
        "digits": "int32",
        "refused": "int32",
        "lowest_confidence": "float32",
        "error": "string",
    },
    _of_pictures,
)
_ANSWERS = Rows(
    {
        "path": "string",
        "page": "int32",
        "answer": "string",
        "probability": "float32",
        **{name: kind for name, kind in PICTURES.columns.items() if name not in ("path", "page")},
    },
    _of_answers,
)


def answers_rows(expected: Expected) -> Rows:
    """A row a picture with the numbers that fit what was expected."""

    def odd(row: Mapping[str, Any]) -> str | None:
        answers = (row["answer"] or "").split()
        return next((answer for answer in answers if not expected.allows(answer)), None)

    return replace(_ANSWERS, odd=odd)


def is_last(result: Reading | PictureError) -> bool:
    """Whether a file has no page after this one."""
    return result.page is None or result.page == result.pages

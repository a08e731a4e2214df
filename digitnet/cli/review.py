"""A page to check a batch: each picture with what was read, correctable, saved as CSV.

One file that holds everything and asks nothing of a server. `static/review.html` is the page.
"""

import base64
import contextlib
import json
import os
import sys
import uuid
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from digitnet.cli.outputs import STDOUT, goes_on
from digitnet.cli.shown import unfit
from digitnet.errors import OutputError, PictureError
from digitnet.files import linked, reason
from digitnet.reading import Expected, Reading

SIDE = 640  # pixels of a preview's longer side
_PAGE = Path(__file__).parent / "static" / "review.html"
_DATA = "/*DATA*/"
_MOST_BOXES = 150  # of a picture, the least sure: what a picture takes stays under 10 kB


class Review:
    """Written as readings come, under another name until it is complete."""

    def __init__(self, path: Path | None, expected: Expected | None = None):
        """path: None to write nothing. expected: which numbers; another is pointed out."""
        self._path = None if path is None else linked(path)
        self._expected = None if expected is None else _asked(expected)
        self._file: TextIO | None = None
        self._count = 0

    def __enter__(self) -> "Review":
        if self._path is None:
            return self
        before, self._after = _PAGE.read_text(encoding="utf-8").split(_DATA)
        self._part = self._path
        try:
            if self._path == STDOUT:
                sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
                self._file = sys.stdout
            else:
                if not goes_on(self._path):
                    self._part = self._path.with_name(f".{self._path.name}.{uuid.uuid4().hex}")
                self._file = self._part.open("w", encoding="utf-8", newline="\n")
            head = {"id": uuid.uuid4().hex, "expected": self._expected}
            self._file.write(f'{before}{json.dumps(head)[:-1]}, "items": [')
        except OSError as error:
            raise self._failure(error) from error
        return self

    def add(self, path: str, result: Reading | PictureError, preview: bytes) -> None:
        """A picture, or a page of one. preview: as JPEG.

        Raises:
            OutputError: it cannot be written.
        """
        if self._file is None:
            return
        item = json.dumps(_item(path, result, preview)).replace("<", "\\u003c")
        try:
            self._file.write(("," if self._count else "") + "\n" + item)
        except OSError as error:
            raise self._failure(error) from error
        self._count += 1

    def _failure(self, error: OSError) -> OutputError:
        name = "standard output" if self._path == STDOUT else self._path
        return OutputError(f"cannot write {name}: {reason(error)}")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is None or self._path is None:
            return
        try:
            self._file.write(f"\n]}}{self._after}")
            if self._path == STDOUT:
                return
            self._file.close()
            if self._part != self._path:
                # What was read until Ctrl-C can be checked; of another end nothing is left.
                if kind is None or kind is KeyboardInterrupt:
                    os.replace(self._part, self._path)
                else:
                    self._part.unlink()
        except OSError as problem:
            if self._path != STDOUT:
                with contextlib.suppress(OSError):
                    self._file.close()
            if self._part not in (self._path, STDOUT):
                self._part.unlink(missing_ok=True)
            if kind is None:
                raise self._failure(problem) from problem


def _asked(expected: Expected) -> dict[str, Any]:
    """What the page knows of the numbers that may be there."""
    valid = None if expected.valid is None else list(expected.valid)
    return {"digits": expected.digits, "valid": valid, "described": expected.described}


def _item(path: str, result: Reading | PictureError, preview: bytes) -> dict[str, Any]:
    """What the page knows of a picture.

    sure: how sure the least sure digit is, or the answer where one was asked for; 0 where
    nothing was read, below it where the picture could not be.
    digits: the best guess, how sure, x, y, width, height in thousandths of the picture.
    marked: the text in pieces, each with how sure it is. note: what is said in place of that.
    """
    item: dict[str, Any] = {"path": path, "page": result.page, "pages": result.pages}
    if isinstance(result, PictureError):
        return item | {
            "text": "", "sure": -1, "digits": [], "marked": [], "error": str(result), "note": "",
            "image": "",
        }  # fmt: skip
    digits = sorted(result.digits, key=lambda digit: digit.confidence)
    sure = digits[0].confidence if digits else 0.0
    text, marked = result.text, _marked(result)
    note = ""
    if result.answers == ():
        note, sure = "nothing fits what was expected; this is what was read", 0.0
    elif result.answers is not None:
        text = "\n".join(answer.text for answer in result.answers)
        sure = min(answer.probability for answer in result.answers)
        marked = [[text, round(sure, 3)]]
        rest = unfit(result)
        if rest:
            note, sure = f"nothing fits in place of {', '.join(rest)}", 0.0
    boxes = []
    for digit in digits[:_MOST_BOXES]:
        x, y, width, height = digit.box
        across, down = 1000 / result.width, 1000 / result.height
        place = [round(v) for v in (x * across, y * down, width * across, height * down)]
        boxes.append([digit.digit, round(digit.confidence, 2), *place])
    return item | {
        "text": text,
        "sure": round(sure, 4),
        "digits": boxes,
        "marked": marked,
        "error": "",
        "note": note,
        "image": base64.b64encode(preview).decode(),
    }


def _marked(reading: Reading) -> list[list[Any]]:
    """The text in pieces, each as sure as the other digits in it or nearly: [text, how sure]."""
    pieces: list[list[Any]] = []
    for number, line in enumerate(reading.lines):
        for index, digit in enumerate(line.digits):
            text = "\n" if number and not index else " " if index in line.spaces else ""
            sure = round(digit.confidence, 2) if digit.accepted else 0.0
            if pieces and pieces[-1][1] == sure:
                pieces[-1][0] += text + digit.text
            else:
                pieces.append([text + digit.text, sure])
    return pieces

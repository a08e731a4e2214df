"""A table of what was read, a row a digit, for spreadsheets."""

import csv
import os
from pathlib import Path
from types import TracebackType
from typing import TextIO

from digitnet.errors import OutputError, PictureError
from digitnet.files import reason
from digitnet.reading import Reading

COLUMNS = (
    "path", "line", "position", "digit", "confidence", "accepted",
    "x", "y", "width", "height", "error",
)  # fmt: skip


class Table:
    """Written as readings come, under a name of its own; takes its name when it is complete.

    After a kill `FILE.part` holds what had been read; `FILE` is never half a table.
    """

    def __init__(self, path: Path | None):
        """path: None to write nothing."""
        self._path = path
        self._file: TextIO | None = None

    def __enter__(self) -> "Table":
        if self._path:
            self._part = self._path.with_name(f"{self._path.name}.part")
            try:
                self._file = self._part.open("w", newline="", encoding="utf-8")
            except OSError as error:
                raise OutputError(f"cannot write {self._part}: {reason(error)}") from error
            self._writer = csv.DictWriter(self._file, COLUMNS)
            self._writer.writeheader()
        return self

    def add(self, path: str, result: Reading | PictureError) -> None:
        """One row a digit; one row for a picture without digits or that could not be read."""
        if self._file is None:
            return
        if isinstance(result, PictureError):
            self._writer.writerow({"path": path, "error": str(result)})
            return
        rows = 0
        for number, line in enumerate(result.lines, start=1):
            for position, digit in enumerate(line.digits, start=1):
                x, y, width, height = digit.box
                self._writer.writerow(
                    {
                        "path": path,
                        "line": number,
                        "position": position,
                        "digit": digit.digit,
                        "confidence": f"{digit.confidence:.4f}",
                        "accepted": str(digit.accepted).lower(),
                        "x": x,
                        "y": y,
                        "width": width,
                        "height": height,
                    }
                )
                rows += 1
        if not rows:
            self._writer.writerow({"path": path})

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is None or self._path is None:
            return
        self._file.close()
        if kind is None:
            os.replace(self._part, self._path)

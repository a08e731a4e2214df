"""A table of what was read, a row a digit, for spreadsheets."""

import csv
import io
import os
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from digitnet.errors import OutputError, PictureError, RunError
from digitnet.files import reason, write_atomically
from digitnet.reading import Reading

COLUMNS = (
    "path", "line", "position", "digit", "confidence", "accepted",
    "x", "y", "width", "height", "error",
)  # fmt: skip


def rows_of(path: str, result: Reading | PictureError) -> list[dict[str, Any]]:
    """One row a digit; one row for a picture without digits or that could not be read."""
    if isinstance(result, PictureError):
        return [{"path": path, "error": str(result)}]
    rows: list[dict[str, Any]] = []
    for number, line in enumerate(result.lines, start=1):
        for position, digit in enumerate(line.digits, start=1):
            box = dict(zip(("x", "y", "width", "height"), digit.box, strict=True))
            rows.append(
                {
                    "path": path,
                    "line": number,
                    "position": position,
                    "digit": digit.digit,
                    "confidence": digit.confidence,
                    "accepted": digit.accepted,
                    **box,
                }
            )
    return rows or [{"path": path}]


def _as_text(row: dict[str, Any]) -> dict[str, Any]:
    if "digit" not in row:
        return row
    accepted = str(row["accepted"]).lower()
    return row | {"confidence": f"{row['confidence']:.4f}", "accepted": accepted}


class Table:
    """Written as readings come, under a name of its own; takes its name when it is complete.

    After a kill `FILE.part` holds what had been read; `FILE` is never half a table.

    done: the paths that a table to go on with holds already.
    """

    def __init__(self, path: Path | None, *, resume: bool = False):
        """path: None to write nothing. resume: go on with `FILE`, or with `FILE.part`."""
        self._path = path
        self._resume = resume
        self._file: TextIO | None = None
        self.done: set[str] = set()

    def __enter__(self) -> "Table":
        if self._path:
            self._part = self._path.with_name(f"{self._path.name}.part")
            kept = self._kept() if self._resume else []
            begun = io.StringIO(newline="")
            writer = csv.DictWriter(begun, COLUMNS)
            writer.writeheader()
            writer.writerows(kept)
            try:
                # What was read before is never out of both files, whenever this is killed.
                write_atomically(self._part, begun.getvalue().encode())
                self._file = self._part.open("a", newline="", encoding="utf-8")
            except (RunError, OSError) as error:
                said = reason(error) if isinstance(error, OSError) else str(error)
                raise OutputError(f"cannot write {self._part}: {said}") from error
            self._writer = csv.DictWriter(self._file, COLUMNS)
        return self

    def _kept(self) -> list[dict[str, str]]:
        """The rows to go on with; of a table that was cut off, without its last picture's."""
        assert self._path is not None
        cut_off = self._part.exists()
        found = self._part if cut_off else self._path
        if not found.exists():
            return []
        try:
            content = found.read_bytes()
            if cut_off:  # the last row can be half a row, even half a name
                content = content[: content.rfind(b"\n") + 1]
            table = csv.DictReader(io.StringIO(content.decode(), newline=""))
            rows = list(table)
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise OutputError(f"cannot go on with {found}: it cannot be read as a table") from error
        if table.fieldnames is not None and tuple(table.fieldnames) != COLUMNS:
            raise OutputError(f"cannot go on with {found}: it has other columns; name another file")
        if cut_off and rows:
            last = rows[-1]["path"]
            rows = [row for row in rows if row["path"] != last]
        self.done = {row["path"] for row in rows}
        return rows

    def add(self, path: str, result: Reading | PictureError) -> None:
        """One row a digit; one row for a picture without digits or that could not be read."""
        if self._file is not None:
            self._writer.writerows(_as_text(row) for row in rows_of(path, result))

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

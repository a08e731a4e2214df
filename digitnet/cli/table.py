"""A table of what was read, for spreadsheets."""

import contextlib
import csv
import io
import os
import sys
from pathlib import Path
from types import TracebackType
from typing import TextIO

from digitnet.cli.outputs import STDOUT, goes_on
from digitnet.cli.rows import DIGITS, Held, Row, Rows
from digitnet.errors import OutputError, PictureError, RunError
from digitnet.files import reason, write_atomically
from digitnet.reading import Reading


def _as_text(row: Row) -> Row:
    return {name: _cell(value) for name, value in row.items()}


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.4f}" if isinstance(value, float) else value


class Table:
    """Written as readings come, under a name of its own; takes its name when it is complete.

    After a kill `FILE.part` holds all that had been read; `FILE` is never half a table. A device, a
    pipe and standard output take the rows as they come.

    held: the files that a table to go on with holds already.
    """

    def __init__(self, path: Path | None, rows: Rows = DIGITS, *, resume: bool = False):
        """path: None to write nothing. resume: go on with `FILE`, or with `FILE.part`."""
        # What a link names is replaced, not the link.
        self._path = path.resolve() if path is not None and path.is_symlink() else path
        self._rows = rows
        self._resume = resume
        self._file: TextIO | None = None
        self._named = ""
        self._streams = path is not None and goes_on(path)
        self.held = Held()

    def __enter__(self) -> "Table":
        if self._path is None:
            return self
        try:
            if self._path == STDOUT:
                # CSV has line ends of its own; what is printed as a rule has the system's.
                sys.stdout.reconfigure(newline="")  # type: ignore[union-attr]
                self._named, self._file = "standard output", sys.stdout
                self._file.write(self._begun([]))
            elif self._streams:
                self._named = str(self._path)
                self._file = self._path.open("w", newline="", encoding="utf-8")
                self._file.write(self._begun([]))
            else:
                self._begin_file(self._path)
        except (RunError, OSError) as error:
            raise self._failure(error) from error
        self._writer = csv.DictWriter(self._file, list(self._rows.columns))  # type: ignore[arg-type]
        return self

    def _begin_file(self, path: Path) -> None:
        self._part = path.with_name(f"{path.name}.part")
        self._named = str(self._part)
        kept = self._kept(path) if self._resume else []
        # What was read before is never out of both files, whenever this is killed.
        write_atomically(self._part, self._begun(kept).encode())
        self._file = self._part.open("a", newline="", encoding="utf-8")

    def _begun(self, kept: list[dict[str, str]]) -> str:
        begun = io.StringIO(newline="")
        writer = csv.DictWriter(begun, list(self._rows.columns))
        writer.writeheader()
        writer.writerows(kept)
        return begun.getvalue()

    def _kept(self, path: Path) -> list[dict[str, str]]:
        """The rows to go on with; of a table that was cut off, without its last picture's."""
        cut_off = self._part.exists()
        found = self._part if cut_off else path
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
        if table.fieldnames is not None and list(table.fieldnames) != list(self._rows.columns):
            raise OutputError(f"cannot go on with {found}: it has other columns; name another file")
        if cut_off and rows:
            last = rows[-1]["path"]
            rows = [row for row in rows if row["path"] != last]
        for row in rows:
            self._rows.check(row, found)
        self.held.add(rows)
        return rows

    def add(self, path: str, result: Reading | PictureError) -> None:
        """The rows of a picture, or of a page of one.

        Raises:
            OutputError: they cannot be written.
        """
        if self._file is None:
            return
        try:
            self._writer.writerows(_as_text(row) for row in self._rows.of(path, result))
            self._file.flush()  # seen as it comes; and a kill loses what is not written
        except OSError as error:
            raise self._failure(error) from error

    def _failure(self, error: RunError | OSError) -> OutputError:
        if isinstance(error, RunError):
            return OutputError(str(error))
        return OutputError(f"cannot write {self._named}: {reason(error)}")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is None or self._path is None or self._path == STDOUT:
            return
        if kind is not None:  # whatever ended it is told, and not that this could not be, too
            with contextlib.suppress(OSError):
                self._file.close()
            return
        try:
            self._file.close()
            if not self._streams:
                os.replace(self._part, self._path)
        except OSError as problem:
            raise self._failure(problem) from problem

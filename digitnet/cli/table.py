"""A table of what was read, for spreadsheets."""

import contextlib
import csv
import io
import os
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import TextIO

from digitnet.cli.lock import Lock
from digitnet.cli.outputs import STDOUT, goes_on
from digitnet.cli.rows import DIGITS, Held, Row, Rows
from digitnet.errors import OutputError, PictureError, RunError
from digitnet.files import linked, reason, write_atomically
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
        self._path = None if path is None else linked(path)
        self._rows = rows
        self._resume = resume
        self._file: TextIO | None = None
        self._named, self._empty = "", True
        self._streams = path is not None and goes_on(path)
        self.held = Held()

    def __enter__(self) -> "Table":
        if self._path is None:
            return self
        try:
            if self._path == STDOUT:
                # CSV has line ends of its own; what is printed as a rule has the system's.
                sys.stdout.reconfigure(newline="", encoding="utf-8")  # type: ignore[union-attr]
                self._named, self._file = "standard output", sys.stdout
                self._file.write(self._begun())
            elif self._streams:
                self._named = str(self._path)
                self._file = self._path.open("w", newline="", encoding="utf-8")
                self._file.write(self._begun())
            else:
                self._lock = Lock(self._path)
                try:
                    self._begin_file(self._path)
                except BaseException:
                    self._lock.release()
                    raise
        except (RunError, OSError) as error:
            raise self._failure(error) from error
        self._writer = csv.DictWriter(self._file, list(self._rows.columns))  # type: ignore[arg-type]
        return self

    def _begin_file(self, path: Path) -> None:
        self._part = path.with_name(f"{path.name}.part")
        self._named = str(self._part)
        cut_off = self._part.exists()
        kept = self._part if cut_off else path
        if self._resume and kept.exists():
            self._go_on(kept, cut_off=cut_off)
        else:
            write_atomically(self._part, self._begun().encode())
        self._file = self._part.open("a", newline="", encoding="utf-8")

    def _begun(self) -> str:
        begun = io.StringIO(newline="")
        csv.DictWriter(begun, list(self._rows.columns)).writeheader()
        return begun.getvalue()

    def _go_on(self, kept: Path, *, cut_off: bool) -> None:
        """Begin with the rows of another table; of one that was cut off without its last picture's.

        Row by row: a table of millions is not held in memory.
        """
        # What was read before is never out of both files, whenever this is killed.
        fresh = self._part.with_name(f".{self._part.name}.{uuid.uuid4().hex}")
        try:
            last = None
            for row in self._rows_in(kept):
                last = row["path"]
            with fresh.open("w", newline="", encoding="utf-8") as file:
                file.write(self._begun())
                writer = csv.DictWriter(file, list(self._rows.columns))
                for row in self._rows_in(kept):
                    if cut_off and row["path"] == last:
                        continue
                    if None in row or None in row.values():
                        raise OutputError(
                            f"cannot go on with {kept}: a row of {row['path']} has more or fewer "
                            "cells than the others; mend it, or name another file"
                        )
                    self._rows.check(row, kept)
                    self.held.add([row])
                    writer.writerow(row)
            os.replace(fresh, self._part)
        except (UnicodeDecodeError, csv.Error) as error:
            raise OutputError(f"cannot go on with {kept}: it cannot be read as a table") from error
        finally:
            fresh.unlink(missing_ok=True)

    def _rows_in(self, kept: Path) -> Iterator[dict[str, str]]:
        with kept.open("rb") as file:
            # The last row can be half a row, even half a letter.
            table = csv.DictReader(line.decode() for line in file if line.endswith(b"\n"))
            if table.fieldnames is not None and list(table.fieldnames) != list(self._rows.columns):
                raise OutputError(
                    f"cannot go on with {kept}: it has other columns; name another file"
                )
            yield from table

    def add(self, path: str, result: Reading | PictureError) -> None:
        """The rows of a picture, or of a page of one.

        Raises:
            OutputError: they cannot be written.
        """
        if self._file is None:
            return
        try:
            self._writer.writerows(_as_text(row) for row in self._rows.of(path, result))
            self._empty = False
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
        try:
            self._end(failed=kind is not None)
        except OSError as problem:
            raise self._failure(problem) from problem
        finally:
            if not self._streams:
                self._lock.release()

    def _end(self, *, failed: bool) -> None:
        assert self._file is not None
        assert self._path is not None
        if not failed:
            self._file.close()
            if not self._streams:
                os.replace(self._part, self._path)
            return
        with contextlib.suppress(OSError):  # what ended it is told, and not that this could not be
            self._file.close()
            if self._empty and not self._streams and not self.held.paths:
                self._part.unlink()  # nothing was read before, which it would say

"""The same table as Parquet, for what reads millions of rows."""

import os
import shutil
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any

from digitnet.cli.lock import Lock
from digitnet.cli.outputs import goes_on, write_output
from digitnet.cli.rows import DIGITS, Held, Row, Rows, is_last
from digitnet.errors import OutputError, PictureError, RunError, install_command
from digitnet.files import linked, reason, sync
from digitnet.reading import Reading

# Rows that are written together, and seconds after which fewer are: what a kill can cost.
_ROWS = 20_000
_SECONDS = 60.0


def schema(rows: Rows) -> Any:
    """The columns and their types, as Arrow has them.

    Raises:
        OutputError: the package pyarrow is not installed.
    """
    try:
        import pyarrow
    except ImportError as error:
        command = install_command("parquet")
        raise OutputError(f"Parquet needs a package; run: {command}") from error
    columns = rows.columns.items()
    return pyarrow.schema([(name, getattr(pyarrow, kind)()) for name, kind in columns])


class ParquetTable:
    """Written in parts as readings come; one file when it is complete.

    A Parquet file cannot be added to, and half of one cannot be read: after a kill the folder
    `FILE.parts` holds whole files of what had been read. `FILE` is never half a table. A device,
    a pipe and standard output are given the whole at the end.

    held: the files that a table to go on with holds already.
    """

    def __init__(self, path: Path, rows: Rows = DIGITS, *, resume: bool = False):
        """resume: go on with `FILE` and `FILE.parts`."""
        self._schema = schema(rows)
        import pyarrow
        import pyarrow.parquet

        self._arrow: Any = pyarrow
        path = linked(path)
        self._path, self._resume = path, resume
        self._kind = rows
        self._elsewhere = goes_on(path)
        self._parts = (
            Path(tempfile.mkdtemp(prefix="digitnet-"))
            if self._elsewhere
            else path.with_name(f"{path.name}.parts")
        )
        self._rows: list[Row] = []
        self._whole = 0  # of these rows, those of files all of whose pages are there
        self._written = time.monotonic()
        self.held = Held()

    def __enter__(self) -> "ParquetTable":
        self._lock = None if self._elsewhere else Lock(self._path)
        try:
            self._parts.mkdir(exist_ok=True)
            self._begin()
        except BaseException as error:
            self._leave()
            if isinstance(error, OSError | self._arrow.ArrowException):
                raise OutputError(f"cannot go on with {self._path}: {_said(error)}") from error
            raise
        return self

    def _leave(self) -> None:
        """Remove the folder where it holds no part, which a next command could go on with."""
        if self._elsewhere or not any(self._parts.glob("[0-9]*[0-9].parquet")):
            shutil.rmtree(self._parts, ignore_errors=True)
        if self._lock is not None:
            self._lock.release()

    def _begin(self) -> None:
        """Drop what was read before, or see what it holds."""
        if not self._resume:
            for part in self._parts.glob("[0-9]*"):
                part.unlink()
        for file in self._kept():
            found = self._held_by(file)
            # A part that was joined to `FILE` before a kill, and did not go.
            if file != self._path and found.paths <= self.held.paths:
                file.unlink()
            self.held.paths |= found.paths
            self.held.failed |= found.failed

    def _kept(self) -> list[Path]:
        """The files to go on with, in order."""
        before = [self._path] if self._resume and self._path.is_file() else []
        return before + sorted(self._parts.glob("[0-9]*[0-9].parquet"))

    def _held_by(self, file: Path) -> Held:
        held = Held()
        columns = [name for name in self._kind.columns if name in ("path", "error", "answer")]
        for group in self._groups(file, columns):
            rows = group.to_pylist()
            for row in rows:
                self._kind.check(row, self._path)
            held.add(rows)
        return held

    def _groups(self, file: Path, columns: list[str]) -> Any:
        found = self._arrow.parquet.ParquetFile(file)
        if not found.schema_arrow.equals(self._schema):
            raise OutputError(
                f"cannot go on with {self._path}: it has other columns; name another file"
            )
        return found.iter_batches(columns=columns)

    def add(self, path: str, result: Reading | PictureError) -> None:
        """The rows of a picture, or of a page of one.

        Raises:
            OutputError: they cannot be written.
        """
        self._rows += self._kind.of(path, result)
        if not is_last(result):
            return
        self._whole = len(self._rows)
        if len(self._rows) >= _ROWS or time.monotonic() - self._written > _SECONDS:
            try:
                self._write_part()
            except (OSError, self._arrow.ArrowException) as error:
                raise OutputError(f"cannot write {self._path}: {_said(error)}") from error

    def _write_part(self) -> None:
        """The rows so far, as a file that is whole or not there."""
        rows, self._rows = self._rows[: self._whole], []
        self._whole = 0
        if not rows:
            return
        parts = self._parts.glob("[0-9]*[0-9].parquet")
        last = max((int(file.stem) for file in parts), default=-1)
        part = self._parts / f"{last + 1:06}.parquet"
        table = self._arrow.Table.from_pylist(rows, self._schema)
        unfinished = part.with_suffix(".unfinished")
        self._arrow.parquet.write_table(table, unfinished)
        sync(unfinished)
        os.replace(unfinished, part)
        self._written = time.monotonic()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._write_part()
            if kind is None:
                self._join()
        except RunError as problem:
            raise OutputError(str(problem)) from problem
        except (OSError, self._arrow.ArrowException) as problem:
            if kind is None or not issubclass(kind, OutputError):  # else it was told already
                raise OutputError(f"cannot write {self._path}: {_said(problem)}") from problem
        finally:
            self._leave()

    def _join(self) -> None:
        """All parts as one file, a part at a time."""
        unfinished = self._parts / "whole.unfinished"
        with self._arrow.parquet.ParquetWriter(unfinished, self._schema) as writer:
            for file in self._kept():
                for group in self._groups(file, self._schema.names):
                    writer.write_batch(group)
        if self._elsewhere:
            write_output(self._path, unfinished.read_bytes())
            return
        sync(unfinished)
        os.replace(unfinished, self._path)
        sync(self._path.parent)  # before the parts go, the whole is sure to stay
        for file in self._parts.glob("[0-9]*[0-9].parquet"):
            file.unlink()


def _said(error: Exception) -> str:
    return reason(error) if isinstance(error, OSError) else str(error).splitlines()[0]

"""One rule for every command that writes: a file that exists is kept, unless --force is given.

`-` is standard output; a device or a pipe is written to, and needs no --force.
"""

import argparse
import contextlib
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from digitnet.errors import OutputError
from digitnet.files import is_stream, reason, write_atomically

STDOUT = Path("-")


def add_force_flag(parser: argparse.ArgumentParser | argparse._ArgumentGroup) -> None:
    """--force, for `check_outputs`."""
    parser.add_argument("--force", action="store_true", help="write over files that exist")


def check_outputs(paths: Iterable[Path | None], *, force: bool, stdout: bool = False) -> None:
    """See before the work that its results can be written. paths: None where none is asked for.

    stdout: `-` may be named.

    Raises:
        OutputError: a file exists and is not to be written over; its folder does not exist; it
            is a folder itself; `-` is named where a file is needed.
    """
    for path in paths:
        if path is None or is_stream(path):
            continue
        if path == STDOUT:
            if not stdout:
                raise OutputError("this cannot go to standard output; name a file")
            continue
        if path.is_dir():
            raise OutputError(f"{path} is a folder; name a file in it")
        if path.exists() and not force:
            raise OutputError(f"{path} exists; name another file, or --force to write over it")
        if not path.parent.is_dir():
            raise OutputError(f"no folder {path.parent} for {path.name}; create it first")


def goes_on(path: Path) -> bool:
    """Whether what is written there is gone: it is no file that could be kept or replaced."""
    return path == STDOUT or is_stream(path)


def write_output(path: Path, content: bytes) -> None:
    """Write a result to a file, whole or not at all, to a device or to standard output.

    Raises:
        RunError: it cannot be written. OSError: nor can standard output.
    """
    if path != STDOUT:
        write_atomically(path, content)
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def complain_of(error: OSError, command: str) -> int:
    """Say in one line what could not be written or read; returns the status to end with.

    What no module names by itself is standard output: all others name their files.
    """
    what = "cannot write standard output" if error.filename is None else str(error.filename)
    with contextlib.suppress(OSError):  # standard error may be what cannot be written
        print(f"{command}: {what}: {reason(error)}", file=sys.stderr, flush=True)
    drop_stdout()
    return 2


def drop_stdout() -> None:
    """Send what is still to be printed nowhere: Python tries to as it ends, and would fail anew."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

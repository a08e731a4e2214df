"""One rule for every command that writes: a file that exists is kept, unless --force is given."""

import argparse
from collections.abc import Iterable
from pathlib import Path

from digitnet.errors import OutputError


def add_force_flag(parser: argparse.ArgumentParser | argparse._ArgumentGroup) -> None:
    """--force, for `check_outputs`."""
    parser.add_argument("--force", action="store_true", help="write over files that exist")


def check_outputs(paths: Iterable[Path | None], *, force: bool) -> None:
    """See before the work that its results can be written. paths: None where none is asked for.

    Raises:
        OutputError: a file exists and is not to be written over; its folder does not exist; it
            is a folder itself.
    """
    for path in paths:
        if path is None:
            continue
        if path.is_dir():
            raise OutputError(f"{path} is a folder; name a file in it")
        if path.exists() and not force:
            raise OutputError(f"{path} exists; name another file, or --force to write over it")
        if not path.parent.is_dir():
            raise OutputError(f"no folder {path.parent} for {path.name}; create it first")

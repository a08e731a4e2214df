"""What is asked of `digitnet read`: nothing is read before it is known that it can be done."""

import argparse
import os
from pathlib import Path

from digitnet.cli.outputs import STDOUT, check_outputs, goes_on
from digitnet.errors import OutputError
from digitnet.reading.draw import picture_format


def is_one(argument: str) -> bool:
    """Whether an argument is one file, and no folder or pattern."""
    return argument == "-" or (Path(argument).exists() and not Path(argument).is_dir())


def check_request(args: argparse.Namespace) -> None:
    """See that what is asked for fits together, and that its outputs can be written.

    Raises:
        OutputError: it does not, or they cannot.
    """
    drawings = [path for path in (args.show, args.explain) if path]
    outputs = [path for path in (args.csv, args.parquet, args.review, *drawings) if path]
    if args.csv and args.parquet:
        raise OutputError("--csv and --parquet are the same table; name one of them")
    if args.resume and drawings:
        raise OutputError("--resume goes on with many pictures; --show and --explain draw one")
    if args.resume and args.review:
        raise OutputError("--resume leaves out what was read, which --review shows; drop one")
    _check_table(args)
    if args.resume and "-" in args.paths:
        raise OutputError("--resume knows pictures by their names; - has none")
    if args.json and STDOUT in outputs:
        raise OutputError("--json prints to standard output too; name a file in place of -")
    if args.paths.count("-") > 1:
        raise OutputError("standard input can be read once; name - once")
    if len({os.path.realpath(path) for path in outputs}) < len(outputs):
        raise OutputError(f"{outputs[0]} is named for two outputs; give each a name of its own")
    for path in outputs:
        if path != STDOUT and _is_input(path, args.paths):
            raise OutputError(f"{path} is the picture to be read; name another file to write")
    # A table that is gone on with is the one output that may be there.
    check_outputs(outputs, force=args.force or args.resume, stdout=True)
    for path in drawings:
        if not goes_on(path):
            picture_format(path)
    if drawings and (len(args.paths) > 1 or not is_one(args.paths[0])):
        raise OutputError("--show and --explain draw one picture; name one file")
    if args.page and not drawings:
        raise OutputError("--page names what --show and --explain draw; all pages are read")


def _check_table(args: argparse.Namespace) -> None:
    table = args.csv or args.parquet
    if args.resume and not table:
        raise OutputError("--resume goes on with a table; name it with --csv or --parquet")
    if args.per and not table:
        raise OutputError("--per is of a table; name it with --csv or --parquet")
    if table is None or goes_on(table):
        if args.resume:
            raise OutputError(f"--resume goes on with a file, and {table} is none")
        return
    if table.is_dir():
        raise OutputError(f"{table} is a folder; name a file in it")
    part = table.with_name(f"{table.name}{'.part' if args.csv else '.parts'}")
    if part.exists() and not (args.resume or args.force):
        raise OutputError(
            f"{part} holds what was read before; --resume goes on with it, --force drops it"
        )


def _is_input(path: Path, names: list[str]) -> bool:
    return str(path) in names or any(
        Path(name).is_file() and path.exists() and path.samefile(name) for name in names
    )

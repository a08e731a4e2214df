"""Read the digits in photos, scans, screenshots and drawings.

  digitnet read photo.jpg
  digitnet read --csv table.csv FOLDER

Prints the text; `?` stands for what is doubtful or no digit. Folders are
searched for pictures. Ctrl-C keeps what --csv or --parquet has; --resume goes
on from there.
"""

import argparse
import json
import shlex
import sys
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any

import cv2
from tqdm import tqdm

from digitnet.cli.counts import cores, positive
from digitnet.cli.outputs import add_force_flag, check_outputs
from digitnet.cli.parquet import ParquetTable
from digitnet.cli.pictures import find_pictures, printable
from digitnet.cli.table import Table
from digitnet.errors import OutputError, PictureError
from digitnet.files import write_atomically
from digitnet.reading import Reader, Reading
from digitnet.reading.draw import draw_boxes, draw_stages, encode, picture_format
from digitnet.reading.finder import SHIPPED_FINDER
from digitnet.reading.network import SHIPPED_WEIGHTS
from digitnet.reading.picture import MAX_PIXELS, Source
from digitnet.reading.workers import read_by_workers

# Files from which on a process a core is worth its start.
MANY = 1000
_MOST_WORKERS = 16  # unless more are asked for: each takes 100 MB


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths", nargs="+", metavar="PATH", help="picture, folder, pattern, or - for standard input"
    )
    parser.add_argument("--one", action="store_true", help="each picture holds exactly one digit")
    parser.add_argument("--json", action="store_true", help="print one JSON object a picture")
    parser.add_argument(
        "--csv", type=Path, metavar="FILE", help="also write a table, a row a digit"
    )
    parser.add_argument(
        "--parquet", type=Path, metavar="FILE", help="the same as Parquet (needs pyarrow)"
    )
    parser.add_argument(
        "--resume",
        action="store_true",
        help="go on with the table that --csv or --parquet names, leaving out what it holds",
    )
    parser.add_argument(
        "--workers",
        type=positive,
        metavar="N",
        help=f"processes that share the pictures (default: one a core from {MANY} files on)",
    )
    parser.add_argument(
        "--show", type=Path, metavar="OUT.png", help="write the picture with boxes and digits"
    )
    parser.add_argument(
        "--explain", type=Path, metavar="OUT.png", help="write every stage of each digit"
    )
    add_force_flag(parser)
    parser.add_argument(
        "--top",
        type=int,
        choices=range(1, 11),
        default=3,
        metavar="N",
        help="guesses a digit in --json, 1 to 10 (default: 3)",
    )
    parser.add_argument(
        "--weights", type=Path, default=SHIPPED_WEIGHTS, metavar="FILE", help="written by export"
    )
    parser.add_argument(
        "--finder", type=Path, default=SHIPPED_FINDER, metavar="FILE", help="the network that finds"
    )
    parser.add_argument("--taught", type=Path, metavar="FILE", help="your hand, written by teach")
    parser.add_argument(
        "--max-pixels",
        type=positive,
        default=MAX_PIXELS,
        metavar="N",
        help=f"largest picture that is decoded (default: {MAX_PIXELS:,})",
    )


def run(args: argparse.Namespace) -> int:
    check_request(args)
    if args.show or args.explain:
        return draw(args, Reader(args.weights, **networks(args)))
    try:
        return read(args)
    except KeyboardInterrupt:
        if not (args.csv or args.parquet):
            raise
        print(f"\nStopped and saved. To go on: {resuming(args)}", file=sys.stderr)
        return 130


def resuming(args: argparse.Namespace) -> str:
    """The same command, to go on with its table."""
    argv = [word for word in args.argv if word not in ("--resume", "--force")]
    return shlex.join(["digitnet", "read", "--resume", *argv])


def read(args: argparse.Namespace) -> int:
    """Read every picture, print it and add it to the table. Returns the exit status."""
    several = len(args.paths) > 1 or not _is_one(args.paths[0])
    if several:
        cv2.setNumThreads(1)  # each picture has a thread, and should not wait for another's
    failed = False
    with table_for(args) as table:
        wanted = (
            source for source in find_pictures(args.paths) if printable(source) not in table.done
        )
        readings = read_all(wanted, args)
        bar = tqdm(
            readings, unit=" pictures", delay=1, leave=False, disable=not sys.stderr.isatty()
        )
        for source, result in bar:
            path = printable(source)
            report(path, result, args, several=several)
            table.add(path, result)
            failed |= isinstance(result, PictureError)
    return 1 if failed else 0


def table_for(args: argparse.Namespace) -> Table | ParquetTable:
    """The table that was asked for, or one that keeps nothing."""
    if args.parquet:
        return ParquetTable(args.parquet, resume=args.resume)
    return Table(args.csv, resume=args.resume)


def read_all(
    sources: Iterator[Source], args: argparse.Namespace
) -> Iterator[tuple[Source, Reading | PictureError]]:
    """Every source with its reading or its error, by as many processes as were asked for."""
    options = {"one": args.one, "max_pixels": args.max_pixels}
    workers = args.workers
    if workers is None and "-" not in args.paths:
        first = list(islice(sources, MANY))
        sources = chain(first, sources)
        if len(first) == MANY:
            workers = min(cores(), _MOST_WORKERS)
    if workers is None:
        yield from Reader(args.weights, **networks(args)).read_many(sources, **options)
        return
    names = (source for source in sources if isinstance(source, str))
    yield from read_by_workers(names, workers, weights=args.weights, **networks(args), **options)


def networks(args: argparse.Namespace) -> dict[str, Any]:
    """The finder, and what it was taught."""
    return {"finder": args.finder, "taught": args.taught}


def _is_one(argument: str) -> bool:
    return argument == "-" or Path(argument).is_file()


def report(
    path: str, result: Reading | PictureError, args: argparse.Namespace, *, several: bool
) -> None:
    """Print what was read, at once, so that a pipe sees it as it comes."""
    if args.json:
        body = (
            {"error": str(result)}
            if isinstance(result, PictureError)
            else (result.to_dict(args.top))
        )
        print(json.dumps({"path": path, **body}), flush=True)
    elif isinstance(result, Reading):
        head = f"{path}: " if several else ""
        lines = result.text.split("\n")
        print(f"\n{' ' * len(head)}".join([head + lines[0], *lines[1:]]), flush=True)
    if isinstance(result, PictureError):
        complain(path, str(result))
    elif result.warning:
        complain(path, f"warning: {result.warning}")


def complain(path: str, message: str) -> None:
    print(f"digitnet read: {path}: {message}", file=sys.stderr)


def check_request(args: argparse.Namespace) -> None:
    """Nothing is read before it is known that its outputs can be written."""
    outputs = [path for path in (args.csv, args.parquet, args.show, args.explain) if path]
    if args.csv and args.parquet:
        raise OutputError("--csv and --parquet are the same table; name one of them")
    if args.resume and (args.show or args.explain):
        raise OutputError("--resume goes on with many pictures; --show and --explain draw one")
    table = args.csv or args.parquet
    if args.resume and not table:
        raise OutputError("--resume goes on with a table; name it with --csv or --parquet")
    if args.workers and "-" in args.paths:
        raise OutputError("--workers share files; standard input is one picture, leave it out")
    if len({path.resolve() for path in outputs}) < len(outputs):
        raise OutputError(f"{outputs[0]} is named for two outputs; give each a name of its own")
    for path in outputs:
        if str(path) in args.paths or any(
            Path(name).is_file() and path.exists() and path.samefile(name) for name in args.paths
        ):
            raise OutputError(f"{path} is the picture to be read; name another file to write")
    # A table that is gone on with is the one output that may be there.
    check_outputs(outputs, force=args.force or args.resume)
    ending = ".part" if args.csv else ".parts"
    part = table.with_name(f"{table.name}{ending}") if table else None
    if part and part.exists() and not (args.resume or args.force):
        raise OutputError(
            f"{part} holds what was read before; --resume goes on with it, --force drops it"
        )
    for path in (args.show, args.explain):
        if path:
            picture_format(path)
    if (args.show or args.explain) and (len(args.paths) > 1 or not _is_one(args.paths[0])):
        raise OutputError("--show and --explain draw one picture; name one file")


def draw(args: argparse.Namespace, reader: Reader) -> int:
    """Read one picture and draw what was seen."""
    (name,) = args.paths
    source = sys.stdin.buffer if name == "-" else name
    path = printable(source)
    try:
        inspection = reader.inspect(source, one=args.one, max_pixels=args.max_pixels)
    except PictureError as error:
        report(path, error, args, several=False)
        return 1
    reading = inspection.reading
    report(path, reading, args, several=False)
    if args.show:
        write_atomically(args.show, encode(draw_boxes(inspection), args.show))
    if args.explain:
        write_atomically(args.explain, encode(draw_stages(inspection), args.explain))
    with table_for(args) as table:
        table.add(path, reading)
    return 0

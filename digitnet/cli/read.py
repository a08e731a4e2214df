"""Read the digits in photos, scans, screenshots, PDFs and drawings.

  digitnet read photo.jpg
  digitnet read --csv table.csv FOLDER

Prints the text; `?` stands for what is doubtful or no digit. Every page of a
file is read. Folders are searched for pictures, hidden files left out. Ctrl-C
keeps what --csv or --parquet has; --resume goes on from there. `-` as a FILE is
standard output.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from digitnet.cli.counts import positive, seconds
from digitnet.cli.expected import add_expected_flags, expected_of
from digitnet.cli.interrupt import ended_in_order
from digitnet.cli.outputs import add_force_flag, goes_on, write_output
from digitnet.cli.parquet import ParquetTable
from digitnet.cli.pictures import find_pictures, printable
from digitnet.cli.readings import MANY, networks, options, read_all, task_of
from digitnet.cli.request import check_request, is_one
from digitnet.cli.review import SIDE, Review
from digitnet.cli.rows import DIGITS, PICTURES, Held, answers_rows
from digitnet.cli.shown import Shown
from digitnet.cli.table import Table
from digitnet.cli.tally import Tally
from digitnet.errors import PictureError, quoted
from digitnet.reading import Reader
from digitnet.reading.draw import draw_boxes, draw_stages, encode
from digitnet.reading.files.pdf import DPI
from digitnet.reading.finder import SHIPPED_FINDER
from digitnet.reading.network import SHIPPED_WEIGHTS
from digitnet.reading.picture import MAX_PIXELS
from digitnet.reading.pool.job import Done
from digitnet.reading.pool.limited import within
from digitnet.reading.preview import preview_of
from digitnet.units import megapixels

_TIMEOUT_S = 30.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths", nargs="+", metavar="PATH", help="picture, folder, pattern, or - for standard input"
    )
    parser.add_argument("--one", action="store_true", help="each picture holds exactly one digit")
    add_expected_flags(parser)
    _add_output_flags(parser.add_argument_group("outputs"))
    _add_work_flags(parser.add_argument_group("how it is read"))


def _add_output_flags(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--json", action="store_true", help="print one JSON object a picture")
    group.add_argument("--csv", type=Path, metavar="FILE", help="also write a table")
    group.add_argument(
        "--parquet", type=Path, metavar="FILE", help="the same as Parquet (needs pyarrow)"
    )
    group.add_argument(
        "--per",
        choices=["digit", "picture"],
        help="what a row of the table is (default: digit; picture with --digits or --valid)",
    )
    group.add_argument(
        "--resume",
        action="store_true",
        help="go on with the table that --csv or --parquet names, leaving out what it holds",
    )
    group.add_argument(
        "--review", type=Path, metavar="OUT.html", help="write a page to check and correct all"
    )
    group.add_argument(
        "--show", type=Path, metavar="OUT.png", help="write the picture with boxes and digits"
    )
    group.add_argument(
        "--explain", type=Path, metavar="OUT.png", help="write every stage of each digit"
    )
    group.add_argument(
        "--page", type=positive, metavar="N", help="which page --show and --explain draw"
    )
    add_force_flag(group)
    group.add_argument(
        "--top",
        type=int,
        choices=range(1, 11),
        default=3,
        metavar="N",
        help="guesses a digit in --json, 1 to 10 (default: 3)",
    )


def _add_work_flags(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--workers",
        type=positive,
        metavar="N",
        help="processes that share the files (default: 2; one a core, 16 at most, from "
        f"{MANY} files on)",
    )
    group.add_argument(
        "--timeout",
        type=seconds,
        default=_TIMEOUT_S,
        metavar="SECONDS",
        help=f"what a page may take, 0 for as long as it takes (default: {_TIMEOUT_S:g})",
    )
    group.add_argument(
        "--strict", action="store_true", help="end with status 1 where a file was skipped"
    )
    group.add_argument(
        "--weights", type=Path, default=SHIPPED_WEIGHTS, metavar="FILE", help="written by export"
    )
    group.add_argument(
        "--finder", type=Path, default=SHIPPED_FINDER, metavar="FILE", help="the network that finds"
    )
    group.add_argument("--taught", type=Path, metavar="FILE", help="your hand, written by teach")
    group.add_argument(
        "--max-pixels",
        type=positive,
        default=MAX_PIXELS,
        metavar="N",
        help=f"largest picture that is decoded (default: {megapixels(MAX_PIXELS)})",
    )
    group.add_argument(
        "--dpi",
        type=positive,
        default=DPI,
        metavar="N",
        help=f"pixels an inch of a PDF's pages (default: {DPI})",
    )


def run(args: argparse.Namespace) -> int:
    check_request(args)
    args.expected = expected_of(args)
    try:
        with ended_in_order():
            return draw(args) if args.show or args.explain else read(args)
    except KeyboardInterrupt:
        table = args.csv or args.parquet
        if table is None or goes_on(table) or "-" in args.paths:  # nothing that --resume takes
            raise
        print(f"\nStopped and saved. To go on: {resuming(args)}", file=sys.stderr)
        return 130


def resuming(args: argparse.Namespace) -> str:
    """The same command, to go on with its table; --review shows one reading from its start."""
    argv = [word for word in args.argv if word not in ("--resume", "--force")]
    argv = [word for word in argv if not word.startswith("--review=")]
    if "--review" in argv:
        at = argv.index("--review")
        del argv[at : at + 2]
    return " ".join(map(quoted, ["digitnet", "read", "--resume", *argv]))


def read(args: argparse.Namespace) -> int:
    """Read every picture, print it and add it to the table. Returns the exit status."""
    several = len(args.paths) > 1 or not is_one(args.paths[0])
    tally, shown = Tally(), Shown(args, several=several)
    with ExitStack() as outputs:
        table = table_for(args)
        outputs.enter_context(table)
        review = outputs.enter_context(Review(args.review, args.expected))
        found = find_pictures(args.paths, tally.skipped)
        results = read_all(
            _unread(found, table.held, tally), args, preview=SIDE if args.review else 0
        )
        # On a terminal what is printed tells how far it is, and would run into a bar.
        bar = several and sys.stderr.isatty() and not sys.stdout.isatty()
        for done in _with_bar(results) if bar else results:
            path = printable(done.source)
            shown.show(path, done.result)
            table.add(path, done.result)
            review.add(path, done.result, done.preview)
            tally.add(done.result)
    if several or tally.known:
        tally.tell("digitnet read")
    failed = tally.failed or tally.known_failed
    return 1 if failed or (args.strict and tally.skipped) else 0


def _unread(paths: Iterator[str], held: Held, tally: Tally) -> Iterator[str]:
    """The paths that the table does not hold yet; the others are counted, and which had failed."""
    for path in paths:
        name = os.path.normpath(printable(path))
        if name in held.paths:
            tally.known += 1
            tally.known_failed += name in held.failed
        else:
            yield path


def _with_bar(results: Iterator[Done]) -> Iterator[Done]:
    from tqdm import tqdm  # only here: a single picture does not wait until it is loaded

    yield from tqdm(results, unit=" pictures", delay=1, leave=False)


def table_for(args: argparse.Namespace) -> Table | ParquetTable:
    """The table that was asked for, or one that keeps nothing."""
    per = args.per or ("picture" if args.expected else "digit")
    rows = DIGITS if per == "digit" else PICTURES
    if args.expected and rows is PICTURES:
        rows = answers_rows(args.expected)
    if args.parquet:
        return ParquetTable(args.parquet, rows, resume=args.resume)
    return Table(args.csv, rows, resume=args.resume)


def draw(args: argparse.Namespace) -> int:
    """Read one picture and draw what was seen."""
    (name,) = args.paths
    shown, path = Shown(args, several=False), printable(name)
    reader = Reader(args.weights, **networks(args))
    task = task_of(name)
    source = name if task.content is None else task.content
    with table_for(args) as table, Review(args.review, args.expected) as review:
        try:
            inspection = within(
                args.timeout, lambda: reader.inspect(source, page=args.page, **options(args))
            )
        except PictureError as error:
            shown.show(path, error)
            table.add(path, error)
            review.add(path, error, b"")
            return 1
        reading = inspection.reading
        shown.show(path, reading)
        if args.show:
            write_output(args.show, encode(draw_boxes(inspection), args.show))
        if args.explain:
            write_output(args.explain, encode(draw_stages(inspection), args.explain))
        table.add(path, reading)
        review.add(path, reading, preview_of(inspection.picture, SIDE))
    return 0

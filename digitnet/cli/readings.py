"""Every picture that was asked for with what is read in it, by this process or by others."""

import argparse
import os
import sys
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any

from digitnet.cli.counts import cores
from digitnet.errors import PictureError
from digitnet.reading import Reader
from digitnet.reading.files.formats import PAGED_SUFFIXES
from digitnet.reading.files.source import whole_of
from digitnet.reading.options import Options
from digitnet.reading.pool.job import Done, Job, read_file
from digitnet.reading.pool.limited import within
from digitnet.reading.pool.worker import Task
from digitnet.reading.pool.workers import read_by_workers

# Files from which on a process a core is worth its start.
MANY = 1000
_MOST_WORKERS = 16  # unless more are asked for: each takes 100 MB
_FEW_WORKERS = 2


def read_all(paths: Iterator[str], args: argparse.Namespace, *, preview: int) -> Iterator[Done]:
    """Every path's pages, each with its reading or its error, in order.

    preview: pixels of a small picture of each, 0 for none.
    """
    first = list(islice(paths, MANY))
    if args.workers is None and len(first) == 1 and not may_have_pages(first[0]):
        yield from read_here(first[0], args, preview=preview)
        return
    if not first:
        return
    workers = args.workers
    if workers is None:
        most = _MOST_WORKERS if len(first) == MANY else _FEW_WORKERS
        workers = min(most, cores(), len(first))
    yield from read_by_workers(
        map(task_of, chain(first, paths)),
        workers,
        weights=args.weights,
        threads=max(1, cores() // workers),
        timeout_s=args.timeout,
        preview=preview,
        **networks(args),
        **options(args),
    )


def read_here(path: str, args: argparse.Namespace, *, preview: int) -> Iterator[Done]:
    """One file by this process, which is sooner than to start another.

    After a page that takes too long no more of the file is read: only this process's end ends it.
    """
    files = networks(args)
    job = Job(weights=args.weights, **files, threads=0, preview=preview, options=options(args))
    reader = Reader(args.weights, **files)
    task = task_of(path)
    source = path if task.content is None else task.content
    said = read_file(reader, source, 1, job)
    page = pages = None
    while True:
        try:
            told = within(args.timeout, lambda: next(said, None))
        except PictureError as error:
            yield Done(path, PictureError(str(error), page=page, pages=pages))
            for left in range((page or 0) + 1, (pages or 0) + 1):
                message = "not read, since a page before it took too long"
                yield Done(path, PictureError(message, page=left, pages=pages))
            return
        if told is None:
            return
        if isinstance(told, int):
            page, pages = 1, told
            continue
        result, small = told
        page = None if page is None else page + 1
        yield Done(path, result, small)


def may_have_pages(path: str) -> bool:
    """Whether a file's ending is one of those that hold several pages."""
    return os.path.splitext(path)[1].lower() in PAGED_SUFFIXES


def task_of(path: str) -> Task:
    return Task(path, _standard_input() if path == "-" else None)


def _standard_input() -> bytes:
    """All of it; nothing where it is closed."""
    if sys.stdin is None:
        return b""
    try:
        return whole_of(sys.stdin.buffer).getvalue()
    except PictureError as error:
        raise PictureError(f"standard input: {error}") from error


def options(args: argparse.Namespace) -> Options:
    """How each picture is read."""
    return {
        "one": args.one,
        "expected": args.expected,
        "max_pixels": args.max_pixels,
        "dpi": args.dpi,
    }


def networks(args: argparse.Namespace) -> dict[str, Any]:
    """The finder, and what it was taught."""
    taught: Path | None = args.taught
    return {"finder": args.finder, "taught": taught}

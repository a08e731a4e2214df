"""Many pictures by several processes: in order, in bounded memory, however many there are."""

import contextlib
import multiprocessing
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from pathlib import Path

import cv2

from digitnet.errors import PictureError, WorkerError
from digitnet.reading.finder import SHIPPED_FINDER
from digitnet.reading.network import SHIPPED_WEIGHTS
from digitnet.reading.picture import MAX_PIXELS
from digitnet.reading.reader import Reader
from digitnet.reading.result import Reading

# Paths that a process is handed at once, and lots under way for each process.
_LOT = 64
_AHEAD = 3

Result = tuple[str, Reading | PictureError]

_own: Reader | None = None  # each process's


def read_by_workers(
    paths: Iterable[str],
    workers: int,
    *,
    weights: Path = SHIPPED_WEIGHTS,
    finder: Path = SHIPPED_FINDER,
    taught: Path | None = None,
    one: bool = False,
    max_pixels: int = MAX_PIXELS,
) -> Iterator[Result]:
    """Read the pictures of many paths, in the order given, by `workers` processes.

    Yields each path with its Reading, or with the error where it cannot be read. No more than
    a few hundred paths and results are held at a time.

    Raises:
        WeightsError: no such file of weights, not one of ours, or taught to others.
        WorkerError: a process ended before its work was done.
    """
    Reader(weights, finder=finder, taught=taught)  # a fault of the weights is told here, once
    remaining = iter(paths)
    spawn = multiprocessing.get_context("spawn")  # a fork of threads can hang
    files = weights, finder, taught
    pool = ProcessPoolExecutor(workers, spawn, initializer=_start, initargs=files)
    under_way: deque[Future[list[Result]]] = deque()
    try:
        while True:
            while len(under_way) < _AHEAD * workers and (lot := list(islice(remaining, _LOT))):
                with _deaf_to_ctrl_c():  # submitting starts a process where none is free
                    under_way.append(pool.submit(_read, lot, one, max_pixels))
            if not under_way:
                return
            yield from under_way.popleft().result()
    except BrokenProcessPool as error:
        raise WorkerError(
            "a process that read pictures ended, perhaps for want of memory; "
            "name a smaller number of --workers, and --resume the table"
        ) from error
    finally:  # who asks for no more waits for the lots under way, and no others
        pool.shutdown(cancel_futures=True)


@contextlib.contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """A process started meanwhile never hears Ctrl-C, not even while it starts.

    A terminal sends it to all; it is for the process that asked, which hears it afterwards.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start(weights: Path, finder: Path, taught: Path | None) -> None:
    global _own
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # where it could not be kept from hearing
    cv2.setNumThreads(1)
    _own = Reader(weights, finder=finder, taught=taught, threads=1)


def _read(lot: list[str], one: bool, max_pixels: int) -> list[Result]:
    assert _own is not None
    results = _own.read_many(lot, one=one, max_pixels=max_pixels)
    return [(str(path), result) for path, result in results]

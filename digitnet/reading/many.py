"""Many pictures: which they are, and tasks by a few threads, in order and in bounded memory."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from digitnet.errors import PictureError
from digitnet.reading.files.folder import pictures_below
from digitnet.reading.files.source import Source
from digitnet.reading.result import Reading

T = TypeVar("T")
R = TypeVar("R")

_AHEAD = 64  # that are done, or wait for a thread, before their turn to be given


def several(sources: Any) -> Iterable[Any]:
    """The sources that `read_many` was given: one alone as one, of a folder its pictures."""
    if isinstance(sources, str | os.PathLike):
        if not os.path.isdir(sources):
            return [sources]
        below = pictures_below(os.fspath(sources))
        return below if isinstance(sources, str) else map(Path, below)
    if isinstance(sources, bytes) or hasattr(sources, "read"):
        return [sources]
    return sources


def all_pages(
    read_pages: Callable[[Source], Iterable[Reading | PictureError]], source: Source
) -> list[Reading | PictureError]:
    """The readings of a source's pages, or the one error where it cannot be opened."""
    try:
        return list(read_pages(source))
    except PictureError as error:
        return [error]


def in_order(function: Callable[[T], R], items: Iterable[T], threads: int) -> Iterator[tuple[T, R]]:
    """Each item with what the function makes of it."""
    remaining = iter(items)
    pool = ThreadPoolExecutor(threads)
    begun: deque[tuple[T, Future[R]]] = deque()
    try:
        while True:
            for item in islice(remaining, _AHEAD - len(begun)):
                begun.append((item, pool.submit(function, item)))
            if not begun:
                return
            item, future = begun.popleft()
            yield item, future.result()
    finally:  # who asks for no more waits for none but those under way
        pool.shutdown(cancel_futures=True)

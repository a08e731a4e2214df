"""Pillow's warnings kept quiet, by any number of threads."""

import contextlib
import threading
import warnings
from collections.abc import Iterator

_lock = threading.Lock()
_inside = 0  # how many are
_before = contextlib.ExitStack()


@contextlib.contextmanager
def no_warnings() -> Iterator[None]:
    """Keep every warning quiet, until the last of the threads that are inside has left.

    Pillow warns of large pictures before their size was looked at, and of odd metadata.
    `warnings.catch_warnings` in each thread puts back what another one had set, for ever.
    """
    global _inside
    with _lock:
        if not _inside:
            _before.enter_context(warnings.catch_warnings())
            warnings.simplefilter("ignore")
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if not _inside:
                _before.close()

"""Ctrl-C and SIGTERM, so that nothing is lost and nothing is left lying about."""

import contextlib
import signal
import sys
import threading
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def stop_requests() -> Iterator[Callable[[], int | None]]:
    """Turn Ctrl-C and SIGTERM into a question the loop asks between steps; twice means now.

    The answer is the signal's number, or None while there was none.
    """
    requests: list[int] = []

    def request(number: int, frame: object) -> None:
        requests.append(number)
        for signal_number, handler in previous.items():
            signal.signal(signal_number, handler)

    previous = {n: signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)}
    for number in previous:
        signal.signal(number, request)
    try:
        yield lambda: requests[0] if requests else None
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def ended_in_order() -> Iterator[None]:
    """Turn SIGTERM into an end with status 143 that files and folders in the making see."""

    def end(number: int, frame: object) -> None:
        sys.exit(128 + number)

    if threading.current_thread() is not threading.main_thread():  # which alone hears of it
        yield
        return
    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)

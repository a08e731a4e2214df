"""Ctrl-C and SIGTERM as a question, so that a training stops where it can go on."""

import contextlib
import signal
from collections.abc import Iterator
from typing import Any


@contextlib.contextmanager
def stop_requests() -> Iterator[Any]:
    """Turn Ctrl-C and SIGTERM into a question the loop asks between steps; twice means now."""
    requests: list[int] = []

    def request(number: int, frame: object) -> None:
        requests.append(number)
        for signal_number, handler in previous.items():
            signal.signal(signal_number, handler)

    previous = {n: signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)}
    for number in previous:
        signal.signal(number, request)
    try:
        yield lambda: bool(requests)
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)

"""Ctrl-C and SIGTERM as a question, so that a training stops where it can go on."""

import contextlib
import signal
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

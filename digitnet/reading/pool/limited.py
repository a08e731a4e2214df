"""Work in this process that is waited for so long and no longer."""

import threading
from collections.abc import Callable
from typing import TypeVar

from digitnet.errors import PictureError

T = TypeVar("T")

NAME = "digitnet, limited in time"  # of the thread: the command looks whether one is left


def within(timeout_s: float | None, task: Callable[[], T]) -> T:
    """What the task returns or raises.

    A thread cannot be stopped: what takes longer goes on until this process ends. A thread in the
    network's library aborts a process that ends as usual, so the command ends at once then
    (`digitnet.cli.streams`). Where others wait, processes read (`read_by_workers`).

    Raises:
        PictureError: it takes longer than timeout_s.
    """
    if not timeout_s:
        return task()
    returned: list[T] = []
    raised: list[BaseException] = []

    def run() -> None:
        try:
            returned.append(task())
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=run, daemon=True, name=NAME)
    thread.start()
    thread.join(timeout_s)
    if raised:
        raise raised[0]
    if not returned:
        raise PictureError(too_long(timeout_s))
    return returned[0]


def too_long(timeout_s: float) -> str:
    return f"it took longer than {timeout_s:g} seconds; a longer --timeout lets it"

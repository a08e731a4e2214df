"""Reading pictures in a few threads, off the event loop, with a bound on what waits."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from digitnet.web.problems import busy
from digitnet.web.settings import Settings

T = TypeVar("T")


class Work:
    """A bounded number of tasks on a bounded number of threads."""

    def __init__(self, settings: Settings):
        self._settings = settings
        self._threads = ThreadPoolExecutor(settings.threads, thread_name_prefix="reading")
        self.in_flight = 0

    async def do(self, task: Callable[[], T], *, afterwards: Callable[[], object] = int) -> T:
        """The task's result. afterwards: called once the task is over, whoever waits for it.

        Raises:
            RequestError: 503, at once where too much is under way, or when it takes too long.
        """
        if self.in_flight >= self._settings.work:
            afterwards()
            raise busy("too many pictures at once")
        self.in_flight += 1
        loop = asyncio.get_running_loop()
        started = self._threads.submit(task)

        def over() -> None:
            self.in_flight -= 1
            afterwards()

        # A thread cannot be stopped: its place is free when it ends, not when we stop waiting.
        started.add_done_callback(lambda _: loop.call_soon_threadsafe(over))
        try:
            future = asyncio.wrap_future(started)
            return await asyncio.wait_for(asyncio.shield(future), self._settings.answer_s)
        except TimeoutError as error:
            started.cancel()  # where it still waits for a thread
            raise busy(f"no answer within {self._settings.answer_s:g} seconds") from error

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

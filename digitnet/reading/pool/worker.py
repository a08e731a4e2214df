"""One process that reads pictures, and that can be ended at any moment."""

import contextlib
import multiprocessing
import signal
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from digitnet.errors import DigitnetError, PictureError, WorkerError
from digitnet.reading.pool.job import Done, Job, work
from digitnet.reading.pool.limited import too_long

_TRIES = 2  # of a picture on which the process ended: it may be another's fault


@dataclass(eq=False)
class Task:
    """A file to be read. content: what is in it, where it is no path.

    first: the page to go on with. pages: how many it has, where that is known.
    """

    source: str
    content: bytes | None = None
    first: int = 1
    pages: int | None = None
    tries: int = 0
    done: list[Done] = field(default_factory=list)
    finished: bool = False


class Worker:
    """A process with the tasks that it was given, the first of which it is at."""

    def __init__(self, job: Job):
        self._job = job
        self.tasks: deque[Task] = deque()
        self.depth = 2  # tasks to have in hand, so that it need not wait for the next
        self._begun = False
        self._start()

    def _start(self) -> None:
        spawn = multiprocessing.get_context("spawn")  # a fork of threads can hang
        self.pipe, theirs = spawn.Pipe()
        self._at = spawn.RawValue("l", 0)  # how many tasks the process has begun
        self._answered = 0
        args = theirs, self._at, self._job
        self._process: Any = spawn.Process(target=work, args=args, daemon=True)
        with _deaf_to_ctrl_c():
            self._process.start()
        theirs.close()
        self._ready = False
        self._heard = time.monotonic()
        for task in self.tasks:
            self._send(task)

    def give(self, task: Task) -> None:
        self.tasks.append(task)
        if len(self.tasks) == 1:
            self._heard = time.monotonic()
        self._send(task)

    def _send(self, task: Task) -> None:
        with contextlib.suppress(OSError):  # it has ended; whoever listens will notice
            self.pipe.send((task.source, task.content, task.first))

    def listen(self) -> None:
        """Take all that it has said.

        Raises:
            WorkerError: it ended before it began to read.
            WeightsError: it could not load the networks.
        """
        try:
            while self.pipe.poll():
                self._take(self.pipe.recv())
        except (EOFError, OSError):
            self._process.join()
            if not self._begun:
                raise WorkerError(
                    f"a process that reads pictures ended as it began ({self._how()}), perhaps "
                    "for want of memory; name a smaller number of --workers"
                ) from None
            self._again(f"the process that read it ended ({self._how()})", tries=_TRIES)

    def _take(self, message: Any) -> None:
        now = time.monotonic()
        took, self._heard = now - self._heard, now
        if isinstance(message, DigitnetError):
            raise message
        if message is None:
            self._ready = self._begun = True
            return
        for said in message:
            task = self.tasks[0]
            if isinstance(said, int):
                task.pages = said
                continue
            result, preview = said
            done = Done(task.source, result, preview)
            task.done.append(done)
            task.first, task.pages = (result.page or 0) + 1, result.pages
            if done.last:
                task.finished = True
                self.tasks.popleft()
                self._answered += 1
        # Of small pictures more are in hand; of large ones the other processes get theirs.
        fast = took < 0.005 * len(message)
        self.depth = min(64, self.depth + len(message)) if fast else max(2, self.depth // 2)

    def overdue_s(self, timeout_s: float) -> float:
        """Seconds until what it is at takes too long; below 0 when it does."""
        if not self.tasks or not self._ready:
            return timeout_s
        return self._heard + timeout_s - time.monotonic()

    def give_up(self, timeout_s: float) -> None:
        """End what takes longer, and go on with what comes after it."""
        self._process.kill()
        self._process.join()
        self._again(too_long(timeout_s), tries=1)

    def _again(self, message: str, *, tries: int) -> None:
        """Start the process anew, without the page on which it ended `tries` times."""
        self.pipe.close()
        if self.tasks:
            # What it had done and not yet told is done again.
            place = min(max(0, self._at.value - self._answered - 1), len(self.tasks) - 1)
            task = self.tasks[place]
            task.tries += 1
            if task.tries >= tries:
                page = task.first if task.pages else None
                error = PictureError(message, page=page, pages=task.pages)
                done = Done(task.source, error)
                task.done.append(done)
                task.first, task.tries = task.first + 1, 0
                if done.last:
                    task.finished = True
                    del self.tasks[place]
        self._start()

    def _how(self) -> str:
        status = self._process.exitcode
        if status is not None and status < 0:
            return f"signal {-status}"
        return f"status {status}"

    def end(self) -> None:
        """Let it end, at once where it is at something."""
        with contextlib.suppress(OSError):
            self.pipe.send(None)
        self.pipe.close()
        if self.tasks or not self._ready:
            self._process.kill()
        self._process.join(5)
        self._process.kill()


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

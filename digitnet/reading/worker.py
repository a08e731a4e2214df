"""One process that reads pictures, and that can be ended at any moment."""

import contextlib
import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

import cv2

from digitnet.errors import DigitnetError, PictureError, WorkerError
from digitnet.reading.limited import too_long
from digitnet.reading.options import Options, looking, opening
from digitnet.reading.preview import preview_of
from digitnet.reading.reader import Reader
from digitnet.reading.result import Reading
from digitnet.reading.source import open_pages

_TRIES = 2  # of a picture on which the process ended: it may be another's fault


@dataclass(frozen=True, kw_only=True)
class Job:
    """What a process reads with. preview: pixels of a small picture's longer side, 0 for none."""

    weights: Path
    finder: Path
    taught: Path | None
    threads: int
    preview: int
    options: Options


class Done(NamedTuple):
    """A page that was read, or not. source: the path as it was given, or bytes.

    preview: the picture made small, as JPEG; empty where none was asked for.
    """

    source: str
    result: Reading | PictureError
    preview: bytes = b""

    @property
    def last(self) -> bool:
        """Whether it is the last page of its file."""
        return self.result.page is None or self.result.page == self.result.pages


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
        self._process: Any = spawn.Process(target=_work, args=(theirs, self._job), daemon=True)
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

    def _take(self, said: Any) -> None:
        now = time.monotonic()
        took, self._heard = now - self._heard, now
        if isinstance(said, DigitnetError) and not isinstance(said, PictureError):
            raise said
        if said is None:
            self._ready = self._begun = True
        elif isinstance(said, int):
            self.tasks[0].pages = said
        else:
            result, preview = said
            task = self.tasks[0]
            done = Done(task.source, result, preview)
            task.done.append(done)
            task.first, task.pages = (result.page or 0) + 1, result.pages
            if done.last:
                task.finished = True
                self.tasks.popleft()
            # Of small pictures more are in hand; of large ones the other processes get theirs.
            self.depth = min(64, self.depth + 1) if took < 0.005 else max(2, self.depth // 2)

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
            task = self.tasks[0]
            task.tries += 1
            if task.tries >= tries:
                page = task.first if task.pages else None
                error = PictureError(message, page=page, pages=task.pages)
                done = Done(task.source, error)
                task.done.append(done)
                task.first, task.tries = task.first + 1, 0
                if done.last:
                    task.finished = True
                    self.tasks.popleft()
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


def _work(pipe: Connection, job: Job) -> None:
    """What the process does: a reading at a time, told as soon as it is there."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # where it could not be kept from hearing
    cv2.setNumThreads(job.threads)
    try:
        try:
            reader = Reader(job.weights, finder=job.finder, taught=job.taught, threads=job.threads)
        except DigitnetError as error:
            pipe.send(error)
            return
        pipe.send(None)
        while True:
            asked = pipe.recv()
            if asked is None:
                return
            path, content, first = asked
            for said in read_file(reader, path if content is None else content, first, job):
                pipe.send(said)
    except (EOFError, OSError):  # nobody listens any more
        os._exit(0)


def read_file(
    reader: Reader, source: str | bytes, first: int, job: Job
) -> Iterator[int | tuple[Reading | PictureError, bytes]]:
    """The number of pages where there are several; then each page's result and preview."""
    try:
        with open_pages(source, **opening(job.options)) as pages:
            if len(pages) > 1:
                yield len(pages)
            for page in range(first, len(pages) + 1):
                try:
                    picture = pages.picture(page)
                except PictureError as error:
                    yield error, b""
                    continue
                reading = reader.inspect_picture(picture, **looking(job.options)).reading
                yield reading, preview_of(picture, job.preview) if job.preview else b""
    except PictureError as error:
        yield error, b""


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

"""What a process that reads pictures does: files in, each page's result out."""

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

import cv2

from digitnet.errors import DigitnetError, PictureError
from digitnet.reading.files.source import open_pages
from digitnet.reading.options import Options, looking, opening
from digitnet.reading.preview import preview_of
from digitnet.reading.reader import Reader
from digitnet.reading.result import Reading

_TOGETHER_S = 0.01  # results that come sooner after others are told with them

# The number of pages, where there are several; then each page's result and preview.
Said = int | tuple[Reading | PictureError, bytes]


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
    """A page that was read, or not. source: the path as it was given.

    preview: the picture made small, as JPEG; empty where none was asked for.
    """

    source: str
    result: Reading | PictureError
    preview: bytes = b""

    @property
    def last(self) -> bool:
        """Whether it is the last page of its file."""
        return self.result.page is None or self.result.page == self.result.pages


def work(pipe: Connection, at: Any, job: Job) -> None:
    """What the process does: a reading at a time, told as soon as it is there.

    Those of small pictures are told together, or most of the time would go into telling. at:
    where it counts the tasks that it begins, so that it is known which one it ended on.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # where it could not be kept from hearing
    cv2.setNumThreads(job.threads)
    try:
        try:
            reader = Reader(job.weights, finder=job.finder, taught=job.taught, threads=job.threads)
        except DigitnetError as error:
            pipe.send(error)
            while pipe.recv():  # a pipe that is closed with something in it loses what was sent
                pass
            return
        pipe.send(None)
        held: list[Said] = []
        told_at = time.monotonic()
        while True:
            if held and not pipe.poll():
                pipe.send(held)
                held, told_at = [], time.monotonic()
            asked = pipe.recv()
            if asked is None:
                return
            path, content, first = asked
            at.value += 1
            for said in read_file(reader, path if content is None else content, first, job):
                held.append(said)
                paged = isinstance(said, int) or said[0].pages not in (None, 1)
                if paged or time.monotonic() - told_at > _TOGETHER_S:
                    pipe.send(held)
                    held, told_at = [], time.monotonic()
    except (EOFError, OSError):  # nobody listens any more
        os._exit(0)


def read_file(reader: Reader, source: str | bytes, first: int, job: Job) -> Iterator[Said]:
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

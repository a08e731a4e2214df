"""A process that reads pictures for the server; it can be ended at any time.

`process.py` starts it. Jobs come by standard input, answers go to standard output.
"""

import contextlib
import json
import math
import os
import re
import signal
import sys
import traceback
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from digitnet.errors import DigitnetError, PictureError
from digitnet.reading import Digit, Reader
from digitnet.reading.expected import Expected
from digitnet.reading.network import SHIPPED_WEIGHTS
from digitnet.reading.source import Pages, open_pages
from digitnet.web.explain import explain
from digitnet.web.frames import packed, read_frame
from digitnet.web.job import Answer, Job

# Seconds that a worker lives longer than the server lets it, should the server be gone.
_GRACE_S = 5


def main() -> None:
    # The server hears Ctrl-C and SIGTERM, and lets its workers finish.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    jobs, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    frame = read_frame(jobs)
    if frame is None:
        return
    setup = frame[0]
    try:
        reader = _reader(setup)
    except DigitnetError as error:
        answers.write(packed({"error": str(error)}))
        answers.flush()
        return
    _bound_memory(setup["worker_bytes"])
    answers.write(packed({"ready": True}))
    answers.flush()
    while frame := read_frame(jobs):
        header, picture = frame
        _end_after(setup["read_s"] + _GRACE_S)
        answer = answered(reader, Job.of(header), picture, setup["max_pixels"], setup["max_pages"])
        _end_after(0)
        said = {"status": answer.status, "accepted": answer.accepted, "refused": answer.refused}
        answers.write(packed(said, answer.content))
        answers.flush()


def answered(reader: Reader, job: Job, picture: bytes, max_pixels: int, max_pages: int) -> Answer:
    """The answer, whatever the picture is. A defect has status 500 and its trace as content."""
    try:
        expected = Expected(job.digits, job.valid) if job.digits or job.valid is not None else None
    except ValueError as error:
        return _problem("bad_parameter", str(error))
    try:
        with open_pages(picture, max_pixels=max_pixels) as pages:
            if job.explain is not None and job.page is None:
                job = replace(job, page=1)
            if job.page is None and len(pages) > max_pages:
                message = f"it has {len(pages)} pages, expected at most {max_pages}; name a page"
                return _problem("too_many_pages", message)
            numbers = [job.page] if job.page else range(1, len(pages) + 1)
            answers = [_page(reader, job, expected, pages, number) for number in numbers]
    except Exception as error:
        if _out_of_memory(error):
            message = "reading the picture takes too much memory; make it smaller"
            return _problem("unreadable_picture", message)
        if isinstance(error, PictureError):
            return _problem("unreadable_picture", _for_clients(error))
        return Answer(500, traceback.format_exc().encode())
    told = [page for page, _ in answers]
    digits = [digit for _, found in answers for digit in found]
    accepted = sum(digit.accepted for digit in digits)
    content = _json(told[0] if len(told) == 1 else {"pages": told})
    return Answer(200, content, accepted, len(digits) - accepted)


def _page(
    reader: Reader, job: Job, expected: Expected | None, pages: Pages, number: int
) -> tuple[dict[str, Any], tuple[Digit, ...]]:
    """What is told of one page, and its digits.

    Raises:
        PictureError: it cannot be read, and is the only one that is asked for.
    """
    try:
        picture = pages.picture(number)
    except PictureError as error:
        if job.page or len(pages) == 1 or _out_of_memory(error):
            raise
        return {"page": number, "pages": len(pages), "error": _for_clients(error)}, ()
    inspection = reader.inspect_picture(picture, one=job.one, expected=expected)
    reading = inspection.reading
    told = reading.to_dict(job.top)
    if job.explain is not None:
        told["probabilities"] = [list(digit.probabilities) for digit in reading.digits]
        there = job.explain < len(reading.digits)
        told["digit"] = job.explain if there else None
        if there:
            told |= explain(reader, inspection, job.explain)
    return told, reading.digits


def _for_clients(error: PictureError) -> str:
    """Without the flag that only who started the server has."""
    return str(error).replace("raise --max-pixels or ", "")


def _problem(code: str, message: str) -> Answer:
    return Answer(422, _json({"error": {"code": code, "message": message}}))


def _json(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _out_of_memory(error: BaseException | None) -> bool:
    """Python, OpenCV and ONNX Runtime have each their own word; a decoder's error wraps it."""
    while error is not None:
        if isinstance(error, MemoryError) or re.search(
            "insufficient memory|failed to allocate|bad_alloc", str(error), re.IGNORECASE
        ):
            return True
        error = error.__cause__
    return False


def _reader(setup: dict[str, Any]) -> Reader:
    cv2.setNumThreads(1)  # a worker a core: more threads would only wait for each other
    weights = Path(setup["weights"]) if setup["weights"] else SHIPPED_WEIGHTS
    reader = Reader(weights, taught=setup["taught"], threads=1)
    # So that the first person does not wait for memory to be laid out.
    reader.read(np.full((64, 64), 255, np.uint8))
    reader.read(np.zeros((28, 28), np.uint8), one=True)
    return reader


def _bound_memory(more_bytes: int) -> None:
    """What takes more ends as MemoryError, or ends the worker. Nothing where it is not Linux."""
    with contextlib.suppress(ImportError, OSError):
        import resource

        status = Path("/proc/self/status").read_text()
        has = int(status.split("VmData:")[1].split()[0]) * 1024
        resource.setrlimit(resource.RLIMIT_DATA, (has + more_bytes, has + more_bytes))


def _end_after(seconds: float) -> None:
    """SIGALRM ends the process, in whatever decoder it is; 0 takes that back."""
    if hasattr(signal, "alarm"):
        signal.alarm(math.ceil(seconds))


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:  # the server is gone
        os._exit(1)

"""A process that reads pictures for the server; it can be ended at any time.

`process.py` starts it. Jobs come by standard input, answers go to standard output.
"""

import contextlib
import logging
import math
import os
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from digitnet.errors import DigitnetError
from digitnet.reading import Reader
from digitnet.reading.network import SHIPPED_WEIGHTS
from digitnet.web.frames import packed, read_frame
from digitnet.web.job import Job
from digitnet.web.reply import answered

# Seconds that a worker lives longer than the server lets it, should the server be gone.
_GRACE_S = 5


def main() -> None:
    # The server hears Ctrl-C and SIGTERM, and lets its workers finish.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    jobs, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    logging.disable()  # decoders complain of damaged files, which are answered
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
    answers.write(packed({"weights": reader.network.metadata["weights"]}))
    answers.flush()
    while frame := read_frame(jobs):
        header, picture = frame
        _end_after(setup["read_s"] + _GRACE_S)
        answer = answered(reader, Job.of(header), picture, setup["max_pixels"], setup["max_pages"])
        _end_after(0)
        said = asdict(answer)
        answers.write(packed(said, said.pop("content")))
        answers.flush()


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

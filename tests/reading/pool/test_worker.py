"""Workers are forked here, with a reader that does what a path's name says: no time is lost."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from digitnet.errors import PictureError, WeightsError, WorkerError
from digitnet.reading import Reading
from digitnet.reading.pool import job, worker
from digitnet.reading.pool.job import Job
from digitnet.reading.pool.worker import Task, Worker

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no fork"),
    pytest.mark.filterwarnings("ignore:This process:DeprecationWarning"),
]

JOB = Job(weights=Path("w"), finder=Path("f"), taught=None, threads=1, preview=0, options={})


def does_what_its_name_says(reader, source, first, asked):
    """Instead of `read_file`: "3 pages, 2 hangs" has three of which the second never ends."""
    name = os.path.basename(source)
    count = int(name.split(" pages")[0]) if " pages" in name else 1
    if count > 1:
        yield count
    for page in range(first, count + 1):
        if name.endswith(f"{page} hangs"):
            time.sleep(60)
        if name.endswith(f"{page} dies"):
            os._exit(3)
        if name.endswith(f"{page} dies once") and not os.path.exists(source):
            Path(source).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        yield Reading((), page, 1, page=page, pages=count), b""


@pytest.fixture
def forked(monkeypatch):
    fork = multiprocessing.get_context("fork")
    monkeypatch.setattr(worker.multiprocessing, "get_context", lambda kind: fork)
    monkeypatch.setattr(job, "Reader", lambda *_, **__: None)
    # A fork has none of OpenCV's threads, and would wait for them.
    monkeypatch.setattr(job.cv2, "setNumThreads", lambda count: None)
    monkeypatch.setattr(job, "read_file", does_what_its_name_says)


def results(source, timeout_s=None):
    """What a worker makes of one file, and of one that comes after it."""
    task, after = Task(source), Task("after.png")
    process = Worker(JOB)
    try:
        process.give(task)
        process.give(after)
        until = time.monotonic() + 20
        while not (task.finished and after.finished):
            assert time.monotonic() < until
            process.pipe.poll(0.02)
            process.listen()
            if timeout_s and process.overdue_s(timeout_s) < 0:
                process.give_up(timeout_s)
    finally:
        process.end()
    assert [type(done.result) for done in after.done] == [Reading]
    return [done.result for done in task.done]


@pytest.mark.usefixtures("forked")
def test_pages_come_one_by_one():
    assert [page.page for page in results("3 pages")] == [1, 2, 3]


@pytest.mark.slow
@pytest.mark.usefixtures("forked")
def test_what_takes_too_long_is_ended_and_what_follows_is_read():
    (error,) = results("1 hangs", timeout_s=0.5)
    assert isinstance(error, PictureError)
    assert str(error) == "it took longer than 0.5 seconds; a longer --timeout lets it"


@pytest.mark.slow
@pytest.mark.usefixtures("forked")
@pytest.mark.parametrize("page", [1, 2, 3])
def test_a_page_that_hangs_costs_no_other_page(page):
    found = results(f"3 pages, {page} hangs", timeout_s=0.5)
    assert [(r.page, r.pages) for r in found] == [(1, 3), (2, 3), (3, 3)]
    assert [isinstance(r, PictureError) for r in found] == [n == page for n in (1, 2, 3)]


@pytest.mark.slow
@pytest.mark.usefixtures("forked")
def test_a_picture_on_which_the_process_ends_is_named_and_what_follows_is_read():
    (error,) = results("1 dies")
    assert str(error) == "the process that read it ended (status 3)"
    found = results("3 pages, 2 dies")
    assert [isinstance(r, PictureError) for r in found] == [False, True, False]


@pytest.mark.usefixtures("forked")
def test_an_end_that_was_another_programs_doing_costs_nothing(tmp_path):
    (reading,) = results(str(tmp_path / "1 dies once"))
    assert isinstance(reading, Reading)


@pytest.mark.usefixtures("forked")
@pytest.mark.parametrize(
    ("error", "message"),
    [(SystemExit(4), r"ended as it began \(status 4\)"), (WeightsError("not ours"), "not ours")],
)
def test_what_ends_it_before_it_begins_is_raised(monkeypatch, error, message):
    def fails(*args, **options):
        raise error

    monkeypatch.setattr(job, "Reader", fails)
    with pytest.raises((WorkerError, WeightsError), match=message):
        results("a.png")


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="Windows has no signal masks")
def test_ctrl_c_reaches_who_asked_and_no_process_that_starts():
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    blocked = "import signal; print(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, []))"
    told = []

    def interrupted():
        with worker._deaf_to_ctrl_c():
            signal.raise_signal(signal.SIGINT)
            ended = subprocess.run([sys.executable, "-c", blocked], capture_output=True, text=True)
            told.append(ended.stdout)

    try:
        with pytest.raises(KeyboardInterrupt):
            interrupted()
    finally:
        signal.signal(signal.SIGINT, before)
    assert told == ["True\n"]

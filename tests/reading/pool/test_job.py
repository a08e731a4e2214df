from multiprocessing import Pipe
from pathlib import Path
from types import SimpleNamespace

import pytest

from digitnet.errors import PictureError, WeightsError
from digitnet.reading import Reading
from digitnet.reading.pool import job
from digitnet.reading.pool.job import Done, Job, read_file, work
from tests.reading.pictures import paged

JOB = Job(weights=Path("w"), finder=Path("f"), taught=None, threads=1, preview=0, options={})


def test_a_file_is_read_page_by_page_with_previews(reader):
    asked = Job(**{**JOB.__dict__, "preview": 32, "options": {"max_pixels": 5000}})
    count, *pages = read_file(reader, paged("TIFF"), 2, asked)
    assert count == 3
    assert [(reading.page, preview[:2]) for reading, preview in pages] == [
        (2, b"\xff\xd8"), (3, b"\xff\xd8")
    ]  # fmt: skip
    ((error, preview),) = read_file(reader, b"no picture", 1, asked)
    assert isinstance(error, PictureError)
    assert preview == b""


def test_which_page_is_the_last():
    assert Done("a", Reading((), 1, 1)).last
    assert not Done("a", Reading((), 1, 1, page=1, pages=2)).last
    assert not Done("a", PictureError("damaged", page=1, pages=2)).last
    assert Done("a", PictureError("damaged")).last


@pytest.fixture
def told(monkeypatch):
    """What the process says to those who ask it to read some files, and how many it began."""
    monkeypatch.setattr(job.signal, "signal", lambda *_: None)
    monkeypatch.setattr(job.cv2, "setNumThreads", lambda count: None)
    monkeypatch.setattr(job, "Reader", lambda *_, **__: None)

    def work_on(*sources):
        ours, theirs = Pipe()
        for source in sources:
            ours.send((source, None, 1))
        ours.send(None)
        at = SimpleNamespace(value=0)
        work(theirs, at, JOB)
        theirs.close()
        messages = []
        while ours.poll():
            try:
                messages.append(ours.recv())
            except EOFError:
                break
        return messages, at.value

    return work_on


def test_results_that_come_together_are_told_together_but_pages_at_once(monkeypatch, told):
    monkeypatch.setattr(job, "_TOGETHER_S", 60)
    monkeypatch.setattr(job, "read_file", said_by_name)
    messages, begun = told("a", "b", "2 pages")
    one, page = (Reading((), 1, 1), b""), (Reading((), 1, 1, pages=2), b"")
    assert messages == [None, [one, one, 2], [page], [page]]
    assert begun == 3


def said_by_name(reader, source, first, asked):
    pages = int(source[0]) if "pages" in source else 1
    if pages > 1:
        yield pages
    for _ in range(pages):
        yield Reading((), 1, 1, pages=pages), b""


def test_results_that_took_long_are_told_at_once(monkeypatch, told):
    monkeypatch.setattr(job, "_TOGETHER_S", -1)
    monkeypatch.setattr(job, "read_file", said_by_name)
    messages, _ = told("a", "b")
    assert [len(message) for message in messages[1:]] == [1, 1]


def test_weights_that_cannot_be_loaded_are_told(monkeypatch, told):
    def fails(*_, **__):
        raise WeightsError("not ours")

    monkeypatch.setattr(job, "Reader", fails)
    (error,), begun = told("a")
    assert (str(error), begun) == ("not ours", 0)

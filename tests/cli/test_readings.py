import io
import sys
import time
from argparse import Namespace

import pytest
from PIL import Image

from digitnet.cli import readings
from digitnet.cli.readings import may_have_pages, read_all, task_of
from digitnet.reading.finder import SHIPPED_FINDER
from digitnet.reading.network import SHIPPED_WEIGHTS
from digitnet.reading.pool.job import Done
from tests.reading.pictures import encoded, paged

ARGS = Namespace(
    workers=None, timeout=30.0, weights=SHIPPED_WEIGHTS, finder=SHIPPED_FINDER, taught=None,
    one=False, expected=None, max_pixels=1_000_000, dpi=300,
)  # fmt: skip


@pytest.fixture
def asked(monkeypatch):
    """How many processes, with how many threads, were asked to read how many paths."""
    told = []

    def by_workers(tasks, workers, *, threads, **options):
        tasks = list(tasks)
        told.append((len(tasks), workers, threads))
        return iter([Done(task.source, None) for task in tasks])

    monkeypatch.setattr(readings, "read_by_workers", by_workers)
    monkeypatch.setattr(readings, "cores", lambda: 8)
    return told


@pytest.mark.slow
@pytest.mark.parametrize(
    ("paths", "flag", "expected"),
    [
        (1, None, (1, 1, 8)),  # of many pages
        (3, None, (3, 2, 4)),
        (999, None, (999, 2, 4)),
        (1000, None, (1000, 8, 1)),
        (1500, 3, (1500, 3, 2)),
        (2, 16, (2, 16, 1)),
    ],
)
def test_the_more_files_the_more_processes(asked, paths, flag, expected):
    args = Namespace(**{**ARGS.__dict__, "workers": flag})
    found = read_all((f"{n}.tif" for n in range(paths)), args, preview=0)
    assert len(list(found)) == paths
    assert asked == [expected]


def test_one_picture_is_read_here(asked, tmp_path, digits):
    Image.fromarray(digits[3]).save(tmp_path / "a.png")
    args = Namespace(**{**ARGS.__dict__, "one": True})
    (done,) = read_all(iter([str(tmp_path / "a.png")]), args, preview=32)
    assert done.result.text == "3"
    assert done.preview[:2] == b"\xff\xd8"
    assert asked == []
    assert list(read_all(iter([]), args, preview=0)) == []


def test_standard_input_of_several_pages(asked, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(paged("TIFF"))))
    found = list(read_all(iter(["-"]), ARGS, preview=0))
    assert [(done.source, done.result.page) for done in found] == [("-", 1), ("-", 2), ("-", 3)]


@pytest.mark.slow
def test_pages_after_one_that_takes_too_long_are_named(monkeypatch):
    def slow(reader, source, first, job):
        yield 3
        yield from list(read_file(reader, paged("TIFF"), 1, job))[1:2]
        time.sleep(5)

    read_file = readings.read_file
    monkeypatch.setattr(readings, "read_file", slow)
    args = Namespace(**{**ARGS.__dict__, "timeout": 1.0})
    first, second, third = read_all(iter(["a.png"]), args, preview=0)
    assert first.result.text == ""
    assert "longer than 1 seconds" in str(second.result)
    assert str(third.result) == "not read, since a page before it took too long"
    assert [(done.result.page, done.result.pages) for done in (second, third)] == [(2, 3), (3, 3)]


def test_content_is_taken_of_standard_input_alone(monkeypatch):
    content = encoded(Image.new("L", (4, 4)))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    assert task_of("a.png").content is None
    assert task_of("-").content == content
    assert [may_have_pages(path) for path in ("a.TIF", "b.pdf", "c.png")] == [True, True, False]


@pytest.fixture
def digits(sample):
    images, labels = sample.eval_images[:, 0].numpy(), sample.eval_labels.numpy()
    return {digit: images[labels == digit][3] for digit in range(10)}

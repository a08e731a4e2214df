import os

import numpy as np
import pytest
from PIL import Image

from digitnet.errors import PictureError, WeightsError
from digitnet.reading import Reader
from digitnet.reading.pool.worker import Task
from digitnet.reading.pool.workers import read_by_workers
from digitnet.reading.taught import Taught
from tests.reading.pictures import paged
from tests.reading.pool.test_worker import forked

__all__ = ["forked"]


@pytest.mark.slow
def test_two_processes_read_as_one_in_order(sample, tmp_path):
    paths = []
    for index, image in enumerate(sample.eval_images[:60, 0].numpy()):
        paths.append(str(tmp_path / f"{index}.png"))
        Image.fromarray(image).save(paths[-1])
    paths[7] = str(tmp_path / "none.png")
    found = list(read_by_workers(iter(paths), 2, one=True))
    assert [done.source for done in found] == paths
    assert isinstance(found[7].result, PictureError)
    reader = Reader(threads=1)
    for done in found[:7] + found[50:]:
        assert done.result.text == reader.read(done.source, one=True).text


@pytest.mark.slow
def test_what_was_taught_reaches_every_process_and_a_pipe_holds_nobody_up(sample, tmp_path):
    fingerprint = Reader(threads=1).finder.fingerprint
    taught = Taught(np.zeros((11, 64), np.float32), np.zeros(11, np.float32), fingerprint)
    taught.bias[3] = 40
    taught.save(tmp_path / "mine.npz")
    Image.fromarray(sample.eval_images[0, 0].numpy()).save(tmp_path / "a.png")
    sources = [str(tmp_path / "a.png"), Task("-", paged("TIFF"))]
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.png")
        sources.insert(0, str(tmp_path / "pipe.png"))
    found = read_by_workers(
        sources, 1, taught=tmp_path / "mine.npz", one=True, timeout_s=2.0, preview=16
    )
    *hung, three, first, second, third = found
    assert three.result.digits[0].digit == 3
    assert three.preview[:2] == b"\xff\xd8"
    assert [done.result.page for done in (first, second, third)] == [1, 2, 3]
    assert ["longer than 2 seconds" in str(done.result) for done in hung] == [True] * len(hung)


def test_nothing_to_read():
    assert list(read_by_workers([], 1)) == []


@pytest.mark.slow
@pytest.mark.usefixtures("forked")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_many_keep_their_order_whatever_becomes_of_them():
    sources = [f"{n}.png" for n in range(700)]
    sources[1], sources[30] = "1 dies", "2 pages, 1 hangs"
    asked = []

    def counted():
        for source in sources:
            asked.append(source)
            yield source

    found = read_by_workers(counted(), 3, timeout_s=0.5)
    assert next(found).source == "0.png"
    assert len(asked) <= 3 * 192 + 1
    rest = list(found)
    expected = [source for source in sources[1:] for _ in range(2 if "pages" in source else 1)]
    assert [done.source for done in rest] == expected
    failed = [done.source for done in rest if isinstance(done.result, PictureError)]
    assert failed == ["1 dies", "2 pages, 1 hangs"]


@pytest.mark.slow
def test_a_fault_of_the_weights_is_raised(tmp_path):
    with pytest.raises(WeightsError, match=r"cannot read .*none"):
        list(read_by_workers(["a.png"], 1, weights=tmp_path / "none"))

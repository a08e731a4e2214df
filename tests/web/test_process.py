import asyncio
import contextlib
import os
import signal
from pathlib import Path

import pytest

from digitnet.errors import WeightsError, WorkerError
from digitnet.web.job import Job
from digitnet.web.process import Process
from digitnet.web.settings import Settings
from tests.reading.conftest import photo
from tests.web.conftest import png

pytestmark = pytest.mark.slow


def test_a_process_reads_ends_and_is_no_more(digits, reader):
    picture = png(photo(digits[8]))

    async def run():
        process = await Process.start(Settings())
        answer = await process.ask(Job(one=True), picture)
        pid = process._process.pid
        await process.end()
        await process.end()
        return answer, pid

    answer, pid = asyncio.run(run())
    assert answer.status == 200
    assert b'"text":"8"' in answer.content
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_one_that_is_killed_is_told(digits):
    async def run():
        process = await Process.start(Settings())
        os.kill(process._process.pid, signal.SIGKILL)
        await process.ask(Job(), b"x" * 1_000_000)

    with pytest.raises(WorkerError, match="status -9"):
        asyncio.run(run())


@pytest.mark.parametrize("after_s", [0, 0.001, 0.01, 0.1])
def test_a_start_that_is_cancelled_leaves_no_process(after_s):
    async def run():
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(after_s):
                await Process.start(Settings())

    before = children()
    asyncio.run(run())
    assert children() <= before


def children() -> set[int]:
    """Processes that this one began and has not waited for; of other tests there may be some."""
    if not Path("/proc/self/stat").exists():
        pytest.skip("processes are listed in /proc, which this system lacks")
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it ended meanwhile
            _, parent, *_ = stat.read_text().rpartition(")")[2].split()
            found |= {int(stat.parent.name)} if int(parent) == os.getpid() else set()
    return found


def test_weights_that_cannot_be_read(tmp_path):
    with pytest.raises(WeightsError, match=r"cannot read .*none\.onnx"):
        asyncio.run(Process.start(Settings(weights=tmp_path / "none.onnx")))


def test_its_environment_has_no_token(monkeypatch):
    from digitnet.web.process import _environment

    monkeypatch.setenv("DIGITNET_TOKEN", "sesame")
    assert "sesame" not in str(_environment())

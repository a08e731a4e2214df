import json
import os
import subprocess
import sys
from dataclasses import asdict

import numpy as np
import pytest

from digitnet.web.frames import packed, read_frame
from digitnet.web.job import Job
from tests.conftest import ROOT
from tests.reading.conftest import photo
from tests.web.conftest import png


@pytest.fixture(scope="module")
def picture(digits):
    return png(photo(digits[6]))


def ask(setup, *messages):
    """The messages that a worker of its own answers with."""
    setup = {
        "weights": None,
        "taught": None,
        "max_pixels": 10**8,
        "max_pages": 9,
        "read_s": 60,
    } | setup
    started = subprocess.Popen(
        [sys.executable, "-m", "digitnet.web.worker"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    with started as process:
        process.stdin.write(packed(setup) + b"".join(messages))
        process.stdin.close()
        frames = iter(lambda: read_frame(process.stdout), None)
        return list(frames)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds a process's memory")
def test_memory_is_bounded_and_a_worker_goes_on_after_a_picture_that_wants_more(picture):
    wide = png(np.zeros((7000, 7000), np.uint16))
    job = packed(asdict(Job()), wide), packed(asdict(Job(one=True)), picture)
    ready, large, small = ask({"worker_bytes": 60_000_000}, *job)
    assert len(ready[0]["weights"]) == 64
    assert large[0]["status"] == 422
    assert b"too much memory" in large[1]
    assert json.loads(small[1])["text"] == "6"


@pytest.mark.slow
def test_weights_that_cannot_be_read(tmp_path):
    (frame,) = ask({"weights": str(tmp_path / "none.onnx"), "worker_bytes": 10**9})
    assert "none.onnx" in frame[0]["error"]

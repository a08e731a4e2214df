import signal
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from digitnet.errors import PictureError
from digitnet.reading import Reader, workers
from digitnet.reading.taught import Taught
from digitnet.reading.workers import read_by_workers


def test_two_processes_read_as_one_in_order(sample, tmp_path):
    paths = []
    for index, image in enumerate(sample.eval_images[:150, 0].numpy()):
        paths.append(str(tmp_path / f"{index}.png"))
        Image.fromarray(image).save(paths[-1])
    paths[7] = str(tmp_path / "none.png")
    found = list(read_by_workers(iter(paths), 2, one=True))
    assert [path for path, _ in found] == paths
    assert isinstance(found[7][1], PictureError)
    reader = Reader()
    for path, reading in found[:7] + found[140:]:
        assert reading.text == reader.read(path, one=True).text


def test_what_was_taught_reaches_every_process(sample, tmp_path):
    fingerprint = Reader(threads=1).finder.fingerprint
    taught = Taught(np.zeros((11, 64), np.float32), np.zeros(11, np.float32), fingerprint)
    taught.bias[3] = 40
    taught.save(tmp_path / "mine.npz")
    Image.fromarray(sample.eval_images[0, 0].numpy()).save(tmp_path / "a.png")
    names = [str(tmp_path / "a.png")]
    ((_, reading),) = read_by_workers(names, 1, taught=tmp_path / "mine.npz", one=True)
    assert reading.digits[0].digit == 3


def test_nothing_to_read():
    assert list(read_by_workers([], 1)) == []


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="Windows has no signal masks")
def test_ctrl_c_reaches_who_asked_and_no_process_that_starts():
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    blocked = "import signal; print(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, []))"
    told = []

    def interrupted():
        with workers._deaf_to_ctrl_c():
            signal.raise_signal(signal.SIGINT)
            ended = subprocess.run([sys.executable, "-c", blocked], capture_output=True, text=True)
            told.append(ended.stdout)

    try:
        with pytest.raises(KeyboardInterrupt):
            interrupted()
    finally:
        signal.signal(signal.SIGINT, before)
    assert told == ["True\n"]

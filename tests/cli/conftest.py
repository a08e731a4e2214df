"""What the tests of the command share."""

import numpy as np
import pytest
from PIL import Image

from tests.cli.here import cached_reader, read_here
from tests.reading.conftest import page, photo


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty folder to work in."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


@pytest.fixture
def no_reports(monkeypatch):
    """They take seconds, and have tests of their own."""
    monkeypatch.setattr("digitnet.cli.training.report_line", lambda job: "Report: left out here")


@pytest.fixture
def small(command, official_folder):
    """`digitnet train` with the tiny data."""
    return lambda *argv: command("train", "--data", official_folder, *argv)


@pytest.fixture
def only_run(here):
    """The one run folder there is."""

    def find():
        (run,) = (here / "runs").iterdir()
        return run

    return find


@pytest.fixture
def in_this_process(request, monkeypatch):
    """No other process is started, but in the tests that are slow anyway."""
    if "slow" not in request.keywords:
        monkeypatch.setattr("digitnet.cli.readings.read_by_workers", read_here)
        monkeypatch.setattr("digitnet.cli.readings.Reader", cached_reader)
        monkeypatch.setattr("digitnet.cli.read.Reader", cached_reader)


@pytest.fixture
def digits(sample) -> dict[int, np.ndarray]:
    images, labels = sample.eval_images[:, 0].numpy(), sample.eval_labels.numpy()
    return {digit: images[labels == digit][3] for digit in range(10)}


@pytest.fixture
def folder(tmp_path, digits):
    """Two pictures, one of them in a folder below; and a file that is none."""
    (tmp_path / "below").mkdir()
    Image.fromarray(page(digits, ["12", "34"])).save(tmp_path / "a.png")
    Image.fromarray(photo(digits[5])).save(tmp_path / "below" / "b.JPG", "JPEG")
    (tmp_path / "notes.txt").write_text("no picture")
    return tmp_path

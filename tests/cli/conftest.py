"""What the tests of trainings by the command share."""

import pytest


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

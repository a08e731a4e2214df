import numpy as np
import pytest

from digitnet.cli import lesson
from digitnet.reading import Reader
from digitnet.reading.taught import Taught
from tests.cli.test_lesson import write_person
from tests.conftest import python


@pytest.fixture
def pictures(tmp_path):
    return write_person(tmp_path / "hand", 2)


@pytest.fixture
def quick(monkeypatch):
    few = lesson.other_marks
    monkeypatch.setattr("digitnet.cli.teach._OTHER_PAGES", 1)
    monkeypatch.setattr(lesson, "other_marks", lambda rng, reader: few(rng, reader, 5))


@pytest.mark.slow
def test_it_writes_a_file_that_reads(command, pictures, tmp_path, quick):
    out = tmp_path / "mine.npz"
    outcome = command("teach", pictures, "--out", out, "--allow-loss")
    assert outcome.status == 0, outcome.err
    assert "20 pictures of 10 digits, 10 of them kept back" in outcome.out
    assert "other people's, on such pages" in outcome.out
    assert f"Next: digitnet read --taught {out} PICTURE" in outcome.out
    assert outcome.err.splitlines()[-1] == "Measuring the reader that it becomes"
    taught = Reader(taught=out)
    assert taught.finder.taught is not None
    text = taught.read(str(pictures / "3_0.png"), one=True).text
    assert text == "3"
    read = command("read", "--one", "--taught", out, pictures / "3_0.png")
    assert (read.status, read.out) == (0, "3\n")


@pytest.mark.slow
def test_what_loses_too_much_is_not_saved(command, pictures, tmp_path, quick, monkeypatch):
    for path in pictures.iterdir():
        if path.name[0] not in "37":  # of other people's digits all are measured
            path.unlink()

    def spoil(*seen):
        bias = np.zeros(11, np.float32)
        bias[3] = 50
        return Taught(np.zeros((11, 64), np.float32), bias, seen[-1])

    monkeypatch.setattr("digitnet.cli.teach.fit", spoil)
    out = tmp_path / "mine.npz"
    outcome = command("teach", pictures, "--out", out)
    assert outcome.status == 2
    assert "not saved: other people's digits lose" in outcome.err
    assert not out.exists()
    assert command("teach", pictures, "--out", out, "--allow-loss").status == 0
    assert out.exists()


def test_a_file_is_not_written_over(command, pictures, tmp_path):
    (tmp_path / "mine.npz").write_text("precious")
    outcome = command("teach", pictures, "--out", tmp_path / "mine.npz")
    assert (outcome.status, outcome.out) == (2, "")
    assert "mine.npz exists; name another file, or --force to write over it" in outcome.err


@pytest.mark.slow
def test_teaching_never_imports_torch():
    script = (
        "import sys, digitnet.cli.teach, digitnet.cli.lesson, digitnet.cli.labelled\n"
        "sys.exit('torch' in sys.modules)"
    )
    assert python("-c", script).status == 0

import io
import os
import threading
from dataclasses import replace

import pytest

from digitnet.cli.parquet import ParquetTable
from digitnet.cli.rows import DIGITS, PICTURES, answers_rows
from digitnet.errors import OutputError, PictureError
from digitnet.reading import Answer, Expected, Reading
from tests.cli.here import read_here
from tests.cli.test_table import READING

parquet = pytest.importorskip("pyarrow.parquet")


def rows(path):
    return parquet.read_table(path).to_pylist()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "t.parquet"


@pytest.mark.slow
def test_a_row_a_digit_with_its_place(path):
    with ParquetTable(path) as table:
        table.add("a, b.png", READING)
        table.add("text.png", PictureError("text.png is no picture"))
    found = rows(path)
    assert list(found[0]) == list(DIGITS.columns)
    assert [(r["line"], r["position"], r["digit"]) for r in found[:3]] == [
        (1, 1, 4), (1, 2, 2), (2, 1, 0),
    ]  # fmt: skip
    assert found[0]["accepted"] is True
    assert found[0]["confidence"] == pytest.approx(0.91)
    assert (found[3]["digit"], found[3]["error"]) == (None, "text.png is no picture")
    assert [file.name for file in path.parent.iterdir()] == ["t.parquet"]


def test_no_pictures_are_an_empty_table(path):
    with ParquetTable(path):
        pass
    assert rows(path) == []


def cut_off(path):
    with ParquetTable(path) as table:
        for name in ("a", "b", "c"):
            table.add(name, READING)
        raise RuntimeError("the power failed")


def test_it_goes_on_where_it_was_cut_off(path, monkeypatch):
    monkeypatch.setattr("digitnet.cli.parquet._ROWS", 5)
    with pytest.raises(RuntimeError):
        cut_off(path)
    assert not path.exists()  # never half a table under its name
    with ParquetTable(path, resume=True) as table:
        assert table.held.paths == {"a", "b", "c"}
        table.add("d", READING)
    assert [row["path"] for row in rows(path)] == ["a"] * 3 + ["b"] * 3 + ["c"] * 3 + ["d"] * 3
    with ParquetTable(path, resume=True) as table:
        assert table.held.paths == {"a", "b", "c", "d"}
        table.add("e", READING)
    assert len(rows(path)) == 15


def test_a_kill_after_the_parts_were_joined_doubles_nothing(path, monkeypatch):
    monkeypatch.setattr("digitnet.cli.parquet.shutil.rmtree", lambda *_, **__: None)
    with ParquetTable(path) as table:
        table.add("a", READING)
    assert path.with_name("t.parquet.parts").exists()
    monkeypatch.undo()
    with ParquetTable(path, resume=True) as table:
        assert table.held.paths == {"a"}
    assert len(rows(path)) == 3


def test_another_table_is_not_gone_on_with(path):
    import pyarrow

    parquet.write_table(pyarrow.table({"name": ["x"]}), path)
    with pytest.raises(OutputError, match="has other columns"), ParquetTable(path, resume=True):
        pass
    path.write_bytes(b"no table")
    with pytest.raises(OutputError, match="cannot go on with"), ParquetTable(path, resume=True):
        pass
    assert path.read_bytes() == b"no table"
    numbers = path.with_name("numbers.parquet")
    with ParquetTable(numbers, answers_rows(Expected(1))) as table:
        table.add("a.png", replace(READING, answers=(Answer("7", 0.9, 0),)))
        table.add("b.png", PictureError("damaged"))
    table = ParquetTable(numbers, answers_rows(Expected(2)), resume=True)
    with pytest.raises(OutputError, match="its answer 7 for a"), table:
        pass
    with ParquetTable(numbers, answers_rows(Expected(1)), resume=True) as table:
        assert table.held.failed == {"b.png"}
    assert [row["path"] for row in rows(numbers)] == ["a.png", "b.png"]


def test_an_empty_table_stays_until_there_is_more(path):
    with ParquetTable(path):
        pass
    with ParquetTable(path, resume=True) as table:
        assert path.exists()
        table.add("a", READING)
    assert len(rows(path)) == 3


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(OutputError, match="none"), ParquetTable(tmp_path / "none" / "t"):
        pass


def test_a_file_of_which_pages_are_missing_is_read_again(path):
    def cut_off():
        with ParquetTable(path, PICTURES) as table:
            table.add("a.tif", Reading((), 5, 5, page=1, pages=1))
            table.add("b.tif", Reading((), 5, 5, page=1, pages=2))
            raise RuntimeError("the power failed")

    with pytest.raises(RuntimeError):
        cut_off()
    with ParquetTable(path, PICTURES, resume=True) as table:
        assert table.held.paths == {"a.tif"}
        for page in (1, 2):
            table.add("b.tif", Reading((), 5, 5, page=page, pages=2))
    assert [(row["path"], row["page"]) for row in rows(path)] == [
        ("a.tif", 1), ("b.tif", 1), ("b.tif", 2)
    ]  # fmt: skip


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such pipes")
def test_a_pipe_is_given_the_whole_and_stays_one(path):
    os.mkfifo(path)
    got = []
    reader = threading.Thread(target=lambda: got.append(path.read_bytes()))
    reader.start()
    with ParquetTable(path, PICTURES) as table:
        table.add("a.png", READING)
    reader.join()
    assert parquet.read_table(io.BytesIO(got[0])).num_rows == 1
    assert path.is_fifo()


@pytest.mark.slow
def test_the_command_writes_it_and_goes_on(command, tmp_path, monkeypatch):
    monkeypatch.setattr("digitnet.cli.readings.read_by_workers", read_here)
    from PIL import Image

    from digitnet.training.data.sample import load_sample

    for number, image in enumerate(load_sample().eval_images[:3, 0].numpy()):
        Image.fromarray(image).save(tmp_path / f"{number}.png")
    out = tmp_path / "t.parquet"
    assert command("read", "--one", "--parquet", out, tmp_path / "0.png").status == 0
    outcome = command("read", "--one", "--parquet", out, tmp_path)
    assert "exists; name another file" in outcome.err
    outcome = command("read", "--one", "--parquet", out, "--resume", tmp_path)
    assert outcome.status == 0, outcome.err
    assert [row["path"] for row in rows(out)] == [str(tmp_path / f"{n}.png") for n in range(3)]
    assert "name one of them" in command("read", "--csv", "a", "--parquet", "b", tmp_path).err


def test_a_start_that_failed_is_nothing_to_go_on_with(path):
    with pytest.raises(ZeroDivisionError), ParquetTable(path):
        _ = 1 / 0
    assert list(path.parent.iterdir()) == []


def test_another_command_that_writes_it_is_not_disturbed(path):
    with ParquetTable(path) as first:
        first.add("a.png", READING)
        with pytest.raises(OutputError, match="another command"), ParquetTable(path, resume=True):
            pass
    assert len(rows(path)) == 3

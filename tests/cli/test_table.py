import csv
import os
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from digitnet.cli.rows import DIGITS, PICTURES, answers_rows
from digitnet.cli.table import Table
from digitnet.errors import OutputError, PictureError
from digitnet.reading import Answer, Expected, Reading
from tests.cli.test_rows import LINES

READING = Reading(LINES, 40, 50)


def rows(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_a_row_a_digit_with_its_place(tmp_path):
    with Table(tmp_path / "t.csv") as table:
        table.add("a, b.png", READING)
    found = rows(tmp_path / "t.csv")
    assert list(found[0]) == list(DIGITS.columns)
    assert [(r["line"], r["position"], r["digit"]) for r in found] == [
        ("1", "1", "4"), ("1", "2", "2"), ("2", "1", "0"),
    ]  # fmt: skip
    assert found[0] | {"path": "a, b.png", "x": "1", "height": "4", "accepted": "true"} == found[0]
    assert float(found[0]["confidence"]) == pytest.approx(0.91)


def test_a_kill_loses_no_row(tmp_path):
    """What is added is in the file at once: nothing runs at a kill that could still write it."""
    with Table(tmp_path / "t.csv") as table:
        table.add("a.png", READING)
        assert len(rows(tmp_path / "t.csv.part")) == 3


def test_a_picture_without_digits_and_one_that_cannot_be_read_have_a_row(tmp_path):
    with Table(tmp_path / "t.csv") as table:
        table.add("blank.png", Reading((), 10, 10))
        table.add("text.png", PictureError("text.png is no picture"))
    blank, text = rows(tmp_path / "t.csv")
    assert (blank["path"], blank["digit"], blank["error"]) == ("blank.png", "", "")
    assert (text["path"], text["error"]) == ("text.png", "text.png is no picture")


def test_the_name_is_taken_only_by_a_whole_table(tmp_path):
    def interrupted():
        with Table(tmp_path / "t.csv") as table:
            table.add("a.png", READING)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not (tmp_path / "t.csv").exists()
    assert len(rows(tmp_path / "t.csv.part")) == 3


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(OutputError, match=r"cannot write .*none"), Table(tmp_path / "none" / "t"):
        pass


def test_no_table_was_asked_for(tmp_path):
    with Table(None) as table:
        table.add("a.png", READING)
    assert list(tmp_path.iterdir()) == []


def test_it_goes_on_where_it_was_cut_off(tmp_path):
    path = tmp_path / "table.csv"
    with pytest.raises(RuntimeError), Table(path) as table:  # noqa: PT012
        table.add("a.png", PictureError("damaged"))
        table.add("b.png", PictureError("damaged"))
        raise RuntimeError("the power failed")
    with Table(path, resume=True) as table:
        assert table.held.paths == {"a.png"}  # of the last one some rows may be missing
        table.add("b.png", PictureError("damaged"))
    with path.open(newline="") as file:
        assert [row["path"] for row in csv.DictReader(file)] == ["a.png", "b.png"]
    with Table(path, resume=True) as table:
        assert table.held.paths == table.held.failed == {"a.png", "b.png"}


def test_another_table_is_not_gone_on_with(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("name,price\nx,1\n")
    with pytest.raises(OutputError, match="has other columns"), Table(path, resume=True):
        pass
    assert path.read_text() == "name,price\nx,1\n"
    numbers = tmp_path / "numbers.csv"
    with Table(numbers, answers_rows(Expected(1))) as table:
        table.add("a.png", replace(READING, answers=(Answer("7", 0.9, 0),)))
    before = numbers.read_bytes()
    table = Table(numbers, answers_rows(Expected(2)), resume=True)
    with pytest.raises(OutputError, match="its answer 7 for a"), table:
        pass
    assert numbers.read_bytes() == before


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such pipes")
def test_a_pipe_is_written_to_and_stays_one(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    got = []
    reader = threading.Thread(target=lambda: got.append(path.read_text()))
    reader.start()
    with Table(path, PICTURES) as table:
        table.add("a.png", READING)
    reader.join()
    assert path.is_fifo()
    assert got[0].splitlines()[0] == ",".join(PICTURES.columns)
    assert os.listdir(tmp_path) == ["pipe"]


def test_standard_output_takes_the_rows(capsys):
    with Table(Path("-"), PICTURES) as table:
        table.add("a.png", READING)
    assert capsys.readouterr().out.startswith("path,page,text")


def test_a_full_disk_is_told_once_and_what_was_read_stays(tmp_path):
    path = tmp_path / "t.csv"

    def fill():
        with Table(path) as table:
            table.add("a.png", READING)
            table._file.flush()
            full = os.open("/dev/full", os.O_WRONLY)
            os.dup2(full, table._file.fileno())
            os.close(full)
            for _ in range(1000):
                table.add("b.png", READING)

    if not os.path.exists("/dev/full"):
        pytest.skip("this system has no device that is always full")
    with pytest.raises(OutputError, match=r"cannot write .*t.csv.part: No space left.*; free some"):
        fill()
    assert len(rows(tmp_path / "t.csv.part")) == 3


def test_what_a_link_names_is_replaced_and_not_the_link(tmp_path):
    (tmp_path / "there").mkdir()
    link = tmp_path / "t.csv"
    link.symlink_to(tmp_path / "there" / "real.csv")
    with Table(link) as table:
        table.add("a.png", READING)
    assert link.is_symlink()
    assert len(rows(link)) == 3


def test_a_run_that_read_nothing_leaves_nothing(tmp_path):
    with pytest.raises(ZeroDivisionError), Table(tmp_path / "t.csv"):
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_to_go_on_with_what_was_kept_leaves_it_whatever_happens(tmp_path):
    with Table(tmp_path / "t.csv") as table:
        table.add("a.png", READING)
    with pytest.raises(ZeroDivisionError), Table(tmp_path / "t.csv", resume=True):
        raise ZeroDivisionError
    with Table(tmp_path / "t.csv", resume=True) as table:
        assert table.held.paths == set()  # the last of a table that was cut off is read again
    assert sorted(path.name for path in tmp_path.iterdir()) == ["t.csv"]


def test_a_path_is_the_same_however_it_is_written(tmp_path):
    with Table(tmp_path / "t.csv") as table:
        table.add("./scans//a.png", READING)
    with Table(tmp_path / "t.csv", resume=True) as table:
        assert table.held.paths == {os.path.normpath("scans/a.png")}


def test_another_command_that_writes_it_is_not_disturbed(tmp_path):
    path = tmp_path / "t.csv"
    with Table(path) as first:
        first.add("a.png", READING)
        with (
            pytest.raises(OutputError, match="another command is writing"),
            Table(path, resume=True),
        ):
            pass
        first.add("b.png", READING)
    assert len(rows(path)) == 6


@pytest.mark.parametrize("row", ["b.png,1,1,1,3,0.9,true,1,1,1,1,,more", "b.png,1,1"])
def test_a_row_of_more_or_fewer_cells_is_not_gone_on_with(tmp_path, row):
    path = tmp_path / "t.csv"
    with Table(path) as table:
        table.add("a.png", READING)
    with path.open("a") as file:
        file.write(f"{row}\r\n")
    with pytest.raises(OutputError, match=r"a row of b\.png has more or fewer cells"):
        Table(path, resume=True).__enter__()
    assert "b.png" in path.read_text()

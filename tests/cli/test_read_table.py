"""Tables that are written while pictures are read, and gone on with."""

import argparse
import csv
import io
import json
import os
import shlex
import signal
import subprocess
import sys

import pytest
from PIL import Image

from digitnet.cli.read import resuming
from tests.conftest import ROOT, python
from tests.reading.pictures import paged

pytestmark = pytest.mark.usefixtures("in_this_process")


def rows_in(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.slow
@pytest.mark.parametrize("format", ["TIFF", "GIF", "PDF", "HEIC"])
def test_every_page_is_read_in_order_and_numbered(command, tmp_path, format):
    path = tmp_path / f"scan.{format.lower()}"
    path.write_bytes(paged(format))
    outcome = command("read", "--json", "--csv", tmp_path / "t.csv", path)
    assert outcome.status == 0
    told = [f"digitnet read: {path}, page {n}: warning: no digit is seen in it" for n in (1, 2, 3)]
    assert outcome.err.splitlines()[:3] == told
    found = [json.loads(line) for line in outcome.out.splitlines()]
    assert [(page["page"], page["pages"]) for page in found] == [(1, 3), (2, 3), (3, 3)]
    rows = rows_in(tmp_path / "t.csv")
    assert [row["page"] for row in rows] == ["1", "2", "3"]
    outcome = command("read", path)
    assert outcome.out == "".join(f"{path}, page {number}: \n" for number in (1, 2, 3))


@pytest.mark.slow
def test_a_row_a_picture_in_the_order_given(command, folder):
    Image.new("L", (60, 60), 255).save(folder / "blank.png")
    paths = [folder / name for name in ("blank.png", "notes.txt", "a.png")]
    assert command("read", "--csv", folder / "t.csv", "--per", "picture", *paths).status == 1
    blank, text, first = rows_in(folder / "t.csv")
    assert [row["path"] for row in (blank, text, first)] == list(map(str, paths))
    assert (blank["text"], blank["digits"], blank["error"]) == ("", "0", "")
    assert text["error"].startswith("it is text")
    assert (first["text"], first["digits"], first["refused"]) == ("12\n34", "4", "0")
    assert 0.5 < float(first["lowest_confidence"]) <= 1


@pytest.mark.slow
def test_a_known_number_of_digits_and_a_list(command, folder):
    valid = folder / "list.txt"
    valid.write_text("12\n34\n56\n")
    outcome = command("read", "--valid", valid, folder / "a.png", "--csv", folder / "t.csv")
    assert (outcome.status, outcome.out) == (0, "12\n34\n")
    (row,) = rows_in(folder / "t.csv")
    assert (row["answer"], row["text"]) == ("12\n34", "12\n34")
    assert 0.5 < float(row["probability"]) <= 1
    outcome = command("read", "--digits", 8, folder / "a.png", "--json")
    assert json.loads(outcome.out)["answers"] == []
    assert outcome.err.endswith("a.png: nothing fits; expected 8 digits, read 34\n")
    assert outcome.status == 0


@pytest.mark.slow
def test_a_table_to_standard_output_stands_there_alone(command, folder):
    outcome = command("read", "--csv", "-", "--per", "picture", folder)
    assert outcome.status == 0
    assert [row["page"] for row in csv.DictReader(io.StringIO(outcome.out))] == ["1", "1"]
    assert not (folder / "-").exists()
    assert command("read", "--csv", "-", "--json", folder).err.endswith(
        "name a file in place of -\n"
    )


@pytest.mark.slow
def test_a_table_of_digits(command, folder):
    table = folder / "out.csv"
    assert command("read", folder, "--csv", table).status == 0
    rows = list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))
    assert [row["digit"] for row in rows] == ["1", "2", "3", "4", "5"]
    assert (rows[2]["line"], rows[2]["position"]) == ("2", "1")
    assert rows[0]["accepted"] == "true"
    again = command("read", folder, "--csv", table)
    assert again.status == 2
    assert again.err == (
        f"digitnet read: {table} exists; name another file, or --force to write over it\n"
    )
    assert command("read", folder, "--csv", table, "--force").status == 0
    assert list(folder.glob("*.part")) == []


@pytest.mark.slow
def test_a_table_is_gone_on_with(command, folder, tmp_path):
    out = tmp_path / "table.csv"
    assert command("read", "--csv", out, folder / "a.png").status == 0
    outcome = command("read", "--csv", out, "--resume", folder / "a.png", folder / "below")
    assert outcome.status == 0
    assert "a.png" not in outcome.out
    with out.open(newline="") as file:
        assert {row["path"] for row in csv.DictReader(file)} == {
            str(folder / "a.png"), str(folder / "below" / "b.JPG")
        }  # fmt: skip
    assert "name it with --csv" in command("read", "--resume", folder).err


def test_a_file_that_failed_before_is_told_again(command, tmp_path):
    folder, out = tmp_path / "scans", tmp_path / "table.csv"
    folder.mkdir()
    (folder / "bad.png").write_bytes(b"no picture")
    assert command("read", "--csv", out, folder).status == 1
    outcome = command("read", "--csv", out, "--resume", folder)
    assert "in the table already 1 (1 of them failed)" in outcome.err
    assert outcome.status == 1


@pytest.fixture
def listens_to_ctrl_c():
    """A shell that starts something in the background has it ignore Ctrl-C."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.slow
@pytest.mark.usefixtures("listens_to_ctrl_c")
@pytest.mark.parametrize("workers", [[], ["--workers", "2"]])
def test_ctrl_c_keeps_the_table_and_names_the_command_that_goes_on(tmp_path, digits, workers):
    folder = tmp_path / "some pictures"
    folder.mkdir()
    for number in range(500):  # more lines than a pipe holds: it cannot be done before the signal
        Image.fromarray(digits[number % 10]).save(folder / f"{'long name ' * 15}{number:04}.png")
    table = tmp_path / "table.csv"
    argv = ["read", "--one", *workers, "--csv", table, folder]
    process = subprocess.Popen(
        [sys.executable, "-m", "digitnet", *map(str, argv)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    for _ in range(20):
        process.stdout.readline()
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does, to its workers too
    _, said = process.communicate()
    assert process.returncode == 130
    prefix = "Stopped and saved. To go on: digitnet "
    assert said.strip().startswith(prefix), said
    assert said.count("\n") == 2
    assert not table.exists()

    _, *resume = shlex.split(said.strip().removeprefix("Stopped and saved. To go on: "))
    assert resume == ["read", "--resume", *map(str, argv[1:])]
    resumed = python("-m", "digitnet", *resume)
    assert resumed.status == 0, resumed.err
    with table.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len({row["path"] for row in rows}) == 500
    assert resumed.out.count("\n") < 500


@pytest.mark.parametrize("review", [["--review", "see.html"], ["--review=see.html"]])
def test_a_review_is_not_gone_on_with(review):
    argv = ["--csv", "a table.csv", *review, "--force", "scans"]
    assert resuming(argparse.Namespace(argv=argv)) == (
        "digitnet read --resume --csv 'a table.csv' scans"
    )


def test_ctrl_c_without_a_table_has_nothing_to_go_on_with(command, folder, monkeypatch):
    def interrupted(*args, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr("digitnet.cli.read.read_all", interrupted)
    assert command("read", folder, "--csv", "-").err == "digitnet read: interrupted\n"
    outcome = command("read", folder)
    assert (outcome.status, outcome.err) == (130, "digitnet read: interrupted\n")


def test_one_file_that_the_table_holds_is_told(command, folder, tmp_path, monkeypatch):
    out = tmp_path / "t.csv"
    assert command("read", "--csv", out, folder / "a.png").err == ""
    monkeypatch.chdir(folder)
    again = command("read", "--csv", out, "--resume", f"{folder}/../{folder.name}/./a.png")
    assert (again.status, again.err) == (0, "digitnet read: read 0, in the table already 1\n")

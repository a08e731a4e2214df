import argparse
import csv
import io
import json
import os
import shlex
import signal
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from digitnet.cli.read import resuming
from digitnet.reading import Reader
from digitnet.reading.network import SHIPPED_WEIGHTS
from tests.cli.here import cached_reader, read_here
from tests.conftest import ROOT, python
from tests.reading.conftest import page, photo
from tests.reading.pictures import greys, paged


@pytest.fixture(autouse=True)
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


def rows_in(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.slow
def test_one_picture_prints_its_text(command, folder):
    outcome = command("read", folder / "a.png")
    assert (outcome.status, outcome.out, outcome.err) == (0, "12\n34\n", "")


@pytest.mark.slow
def test_folders_are_searched_and_patterns_expanded(command, folder):
    expected = f"{folder}/a.png: 12\n{' ' * len(f'{folder}/a.png: ')}34\n{folder}/below/b.JPG: 5\n"
    assert command("read", folder).out == expected
    assert command("read", folder / "**" / "*.*g", folder / "a.png").out.count(": 12\n") == 2


@pytest.mark.slow
def test_standard_input(command, folder, monkeypatch):
    content = io.BytesIO((folder / "a.png").read_bytes())
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(content))
    assert command("read", "-").out == "12\n34\n"


@pytest.mark.slow
def test_json_is_one_object_a_picture_and_equals_python(command, folder):
    outcome = command("read", "--json", folder / "a.png", folder / "none.png", folder / "below")
    first, second, third = map(json.loads, outcome.out.splitlines())
    assert outcome.status == 1
    assert first == {
        "path": str(folder / "a.png"),
        **Reader().read(folder / "a.png").to_dict(),
    }
    assert (first["page"], first["pages"]) == (1, 1)
    assert second == {"path": str(folder / "none.png"), "error": "No such file or directory"}
    assert third["text"] == "5"
    assert len(third["lines"][0]["digits"][0]["top"]) == 3


def test_what_cannot_be_read_is_named_and_the_rest_is_read(command, folder):
    (folder / "empty.png").write_bytes(b"")
    (folder / "empty").mkdir()
    text, empty, nothing = folder / "notes.txt", folder / "empty.png", folder / "empty"
    outcome = command("read", text, empty, nothing, folder / "a.png")
    assert outcome.status == 1
    assert "12" in outcome.out
    lines = outcome.err.splitlines()
    assert lines[0].startswith(f"digitnet read: {text}: it is text; expected a picture: JPEG")
    assert lines[1] == f"digitnet read: {empty}: the file is empty"
    assert lines[2].startswith(f"digitnet read: {nothing}: a folder without pictures")
    assert lines[3:] == ["digitnet read: read 1, failed 3"]


@pytest.mark.slow
def test_what_a_folder_holds_besides_is_counted_and_fails_if_strict(command, folder):
    (folder / "below" / "clip.mov").touch()
    outcome = command("read", folder)
    assert outcome.status == 0
    assert outcome.err == "digitnet read: read 2, skipped 2 (.txt 1, .mov 1)\n"
    assert command("read", "--strict", folder).status == 1
    assert command("read", "--strict", folder / "a.png").status == 0


@pytest.mark.slow
@pytest.mark.parametrize("format", ["TIFF", "GIF", "PDF", "HEIC"])
def test_every_page_is_read_in_order_and_numbered(command, tmp_path, format):
    path = tmp_path / f"scan.{format.lower()}"
    path.write_bytes(paged(format))
    outcome = command("read", "--json", "--csv", tmp_path / "t.csv", path)
    assert (outcome.status, outcome.err) == (0, "")
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
def test_a_review_page_holds_all(command, folder):
    out = folder / "review.html"
    assert command("read", folder, "--review", out).status == 0
    page = out.read_text()
    assert page.count('"path": ') == 2
    assert "exists; name another" in command("read", folder, "--review", out).err


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
def test_a_picture_to_standard_output(folder):
    argv = ["read", folder / "a.png", "--show", "-"]
    process = subprocess.run(
        [sys.executable, "-m", "digitnet", *map(str, argv)], cwd=ROOT, capture_output=True
    )
    with Image.open(io.BytesIO(process.stdout)) as drawn:
        assert drawn.format == "PNG"


def test_which_page_is_drawn(command, tmp_path):
    first, second = greys(2)
    first.save(tmp_path / "two.tif", save_all=True, append_images=[second])
    outcome = command("read", tmp_path / "two.tif", "--show", tmp_path / "out.png")
    assert outcome.status == 1
    assert "it has 2 pages; name one (page=1, --page 1)" in outcome.err
    outcome = command("read", tmp_path / "two.tif", "--page", 2, "--show", tmp_path / "out.png")
    assert outcome.status == 0
    assert "--page names what" in command("read", "--page", 2, tmp_path / "two.tif").err


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such pipes")
def test_what_never_ends_is_ended(command, folder):
    os.mkfifo(folder / "pipe.png")
    alone = command("read", "--timeout", 0.5, folder / "pipe.png")
    assert alone.status == 1
    assert "pipe.png: it took longer than 0.5 seconds" in alone.err
    outcome = command("read", "--timeout", 2, folder / "pipe.png", folder / "a.png")
    assert outcome.status == 1
    assert "12" in outcome.out
    assert outcome.err.endswith("digitnet read: read 1, failed 1\n")


def test_a_picture_without_digits_is_no_error(command, tmp_path):
    Image.new("L", (60, 60), 255).save(tmp_path / "blank.png")
    outcome = command("read", tmp_path / "blank.png")
    assert (outcome.status, outcome.out) == (0, "\n")


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
def test_pictures_of_the_reading(command, folder):
    show, explain = folder / "show.png", folder / "explain.png"
    outcome = command("read", folder / "a.png", "--show", show, "--explain", explain)
    assert (outcome.status, outcome.out) == (0, "12\n34\n")
    with Image.open(show) as boxes, Image.open(explain) as stages:
        assert np.asarray(boxes).std() > 10
        assert stages.height > 400


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--show", "out.txt"], "out.txt has no picture's ending; name it out.png"),
        (["--explain", "none/out.png"], "no folder none for out.png; create it first"),
        (["--weights", "none.onnx"], "cannot read none.onnx: No such file or directory"),
    ],
)
def test_bad_requests(command, folder, monkeypatch, flags, message):
    monkeypatch.chdir(folder)
    outcome = command("read", "a.png", *flags)
    assert (outcome.status, outcome.err) == (2, f"digitnet read: {message}\n")


def test_drawing_wants_one_picture(command, folder):
    outcome = command("read", folder, "--show", folder / "out.png")
    assert outcome.status == 2
    assert "name one file" in outcome.err


@pytest.mark.slow
def test_a_bomb_and_the_limit(command, folder):
    Image.new("1", (20_000, 20_000)).save(folder / "bomb.png")
    outcome = command("read", folder / "bomb.png")
    assert outcome.status == 1
    assert "expected at most 64 megapixels" in outcome.err
    assert command("read", folder / "a.png", "--max-pixels", 100).status == 1


@pytest.mark.slow
def test_the_command_never_imports_torch(folder):
    code = "import sys; from digitnet.cli import main; main(['read', sys.argv[1]]); "
    outcome = python("-c", code + "sys.exit('torch' in sys.modules)", folder / "a.png")
    assert (outcome.status, outcome.out) == (0, "12\n34\n")
    assert SHIPPED_WEIGHTS.is_file()


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


@pytest.mark.slow
def test_workers_read_the_same(command, folder):
    two = command("read", "--workers", 2, folder)
    assert two.out == command("read", "--workers", 1, folder).out
    assert two.out.count(": ") == 2


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


def test_what_was_taught_is_checked_before_anything_is_read(command, folder):
    for workers in ((), ("--workers", "1")):
        for name, said in (("none.npz", "cannot read"), ("notes.txt", "or damaged; teach anew")):
            path = folder / name
            outcome = command("read", *workers, "--taught", path, folder / "a.png")
            assert (outcome.status, outcome.out) == (2, "")
            assert said in outcome.err
            assert outcome.err.count("\n") == 1

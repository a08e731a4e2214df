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

from digitnet.reading import Reader
from digitnet.reading.network import SHIPPED_WEIGHTS
from tests.conftest import ROOT, python
from tests.reading.conftest import page, photo


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


def test_one_picture_prints_its_text(command, folder):
    outcome = command("read", folder / "a.png")
    assert (outcome.status, outcome.out, outcome.err) == (0, "12\n34\n", "")


def test_folders_are_searched_and_patterns_expanded(command, folder):
    expected = f"{folder}/a.png: 12\n{' ' * len(f'{folder}/a.png: ')}34\n{folder}/below/b.JPG: 5\n"
    assert command("read", folder).out == expected
    assert command("read", folder / "**" / "*.*g", folder / "a.png").out.count(": 12\n") == 2


def test_standard_input(command, folder, monkeypatch):
    content = io.BytesIO((folder / "a.png").read_bytes())
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(content))
    assert command("read", "-").out == "12\n34\n"


def test_json_is_one_object_a_picture_and_equals_python(command, folder):
    outcome = command("read", "--json", folder / "a.png", folder / "none.png", folder / "below")
    first, second, third = map(json.loads, outcome.out.splitlines())
    assert outcome.status == 1
    assert first == {
        "path": str(folder / "a.png"),
        **Reader().read(folder / "a.png").to_dict(),
    }
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
    assert lines[0].startswith(f"digitnet read: {text}: no picture of a known format")
    assert lines[1] == f"digitnet read: {empty}: the file is empty"
    assert lines[2].startswith(f"digitnet read: {nothing}: a folder without pictures")
    assert len(lines) == 3


def test_a_picture_without_digits_is_no_error(command, tmp_path):
    Image.new("L", (60, 60), 255).save(tmp_path / "blank.png")
    outcome = command("read", tmp_path / "blank.png")
    assert (outcome.status, outcome.out) == (0, "\n")


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


def test_a_bomb_and_the_limit(command, folder):
    Image.new("1", (20_000, 20_000)).save(folder / "bomb.png")
    outcome = command("read", folder / "bomb.png")
    assert outcome.status == 1
    assert "expected at most 64,000,000 in all" in outcome.err
    assert command("read", folder / "a.png", "--max-pixels", 100).status == 1


def test_the_command_never_imports_torch(folder):
    code = "import sys; from digitnet.cli import main; main(['read', sys.argv[1]]); "
    outcome = python("-c", code + "sys.exit('torch' in sys.modules)", folder / "a.png")
    assert (outcome.status, outcome.out) == (0, "12\n34\n")
    assert SHIPPED_WEIGHTS.is_file()


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
def test_many_pictures_are_shared_by_processes(command, folder, monkeypatch):
    from digitnet.cli import read

    alone = command("read", folder).out
    asked = []

    def by_workers(names, workers, **options):
        asked.append(workers)
        return read_by_workers(names, workers, **options)

    read_by_workers = read.read_by_workers
    monkeypatch.setattr(read, "read_by_workers", by_workers)
    assert command("read", folder).out == alone
    assert asked == []
    monkeypatch.setattr(read, "MANY", 2)
    assert command("read", folder).out == alone
    assert asked == [read.cores()]


@pytest.mark.slow
def test_workers_read_the_same(command, folder):
    assert command("read", "--workers", 2, folder).out == command("read", folder).out
    assert "leave it out" in command("read", "--workers", 2, "-").err


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


def test_ctrl_c_without_a_table_has_nothing_to_go_on_with(command, folder, monkeypatch):
    def interrupted(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr("digitnet.cli.read.read_all", interrupted)
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

import io
import json
import os
import subprocess
import sys
import time

import numpy as np
import pytest
from PIL import Image

from digitnet.reading import Reader
from digitnet.reading.network import SHIPPED_WEIGHTS
from tests.conftest import ROOT, python
from tests.reading.pictures import greys

pytestmark = pytest.mark.usefixtures("in_this_process")


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
def test_a_review_page_holds_all(command, folder):
    out = folder / "review.html"
    assert command("read", folder, "--review", out).status == 0
    page = out.read_text()
    assert page.count('"path": ') == 2
    assert "exists; name another" in command("read", folder, "--review", out).err


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
    assert "it has 2 pages; name one with --page" in outcome.err
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
    (folder / "pipe.png").open("wb").close()  # what still reads it ends
    outcome = command("read", "--timeout", 2, folder / "pipe.png", folder / "a.png")
    assert outcome.status == 1
    assert "12" in outcome.out
    assert outcome.err.endswith("digitnet read: read 1, failed 1\n")


def test_a_picture_without_digits_is_no_error_but_is_told(command, tmp_path):
    Image.new("L", (60, 60), 255).save(tmp_path / "blank.png")
    outcome = command("read", tmp_path / "blank.png")
    assert (outcome.status, outcome.out) == (0, "\n")
    assert outcome.err.endswith("blank.png: warning: no digit is seen in it\n")


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
def test_workers_read_the_same(command, folder):
    two = command("read", "--workers", 2, folder)
    assert two.out == command("read", "--workers", 1, folder).out
    assert two.out.count(": ") == 2


def test_what_was_taught_is_checked_before_anything_is_read(command, folder):
    for workers in ((), ("--workers", "1")):
        for name, said in (("none.npz", "cannot read"), ("notes.txt", "or damaged; teach anew")):
            path = folder / name
            outcome = command("read", *workers, "--taught", path, folder / "a.png")
            assert (outcome.status, outcome.out) == (2, "")
            assert said in outcome.err
            assert outcome.err.count("\n") == 1


def test_a_picture_that_cannot_be_drawn_has_its_row_all_the_same(command, tmp_path):
    (tmp_path / "bad.png").write_bytes(b"no picture")
    outcome = command(
        *("read", "--show", tmp_path / "o.png", "--csv", tmp_path / "t.csv"),
        *("--review", tmp_path / "r.html", tmp_path / "bad.png"),
    )
    assert outcome.status == 1
    assert "it is text; expected a picture" in (tmp_path / "t.csv").read_text()
    assert "bad.png" in (tmp_path / "r.html").read_text()
    assert not (tmp_path / "o.png").exists()


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no SIGTERM that could be heard")
@pytest.mark.parametrize("alone", [False, True])
def test_sigterm_leaves_nothing_half_done(folder, tmp_path, alone):
    out, endless = tmp_path / "out", tmp_path / "endless.png"
    out.mkdir()
    os.mkfifo(endless)  # nobody writes to it: the command waits until it is ended
    review, table = out / "r.html", out / "t.csv"
    files = [endless] if alone else [folder / "a.png", endless]
    argv = ["-m", "digitnet", "read", *files, "--review", review, "--csv", table, "--timeout", 0]
    with subprocess.Popen(
        [sys.executable, *map(str, argv)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as process:
        part, least = out / "t.csv.part", 50 if alone else 200
        while process.poll() is None and not (part.exists() and part.stat().st_size > least):
            time.sleep(0.02)
        process.terminate()
        assert b"Traceback" not in process.stderr.read()
    assert process.returncode == 143
    left = {file.name for file in out.iterdir()}
    assert left <= {"t.csv.part"}  # no hidden file; of one that was not read, nothing at all
    assert alone or left

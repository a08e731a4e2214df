import os
from collections import Counter

import pytest

from digitnet.cli.pictures import find_pictures, printable
from digitnet.reading.files.folder import NO_FILE


def found(*arguments):
    skipped = Counter()
    return list(find_pictures([str(argument) for argument in arguments], skipped)), skipped


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "below").mkdir()
    for name in ("b.png", "a.JPG", "notes.txt", "below/c.png"):
        (tmp_path / name).touch()
    return tmp_path


def test_folders_patterns_and_what_is_not_there(folder):
    paths, skipped = found(folder, folder / "*.png", folder / "none.png", "-")
    assert [os.path.relpath(path, folder) for path in paths[:-1]] == [
        "a.JPG", "b.png", os.path.join("below", "c.png"), "b.png", "none.png",
    ]  # fmt: skip
    assert paths[-1] == "-"
    assert skipped == {".txt": 1}


def test_a_folder_without_pictures_is_handed_on(tmp_path):
    assert found(tmp_path)[0] == [str(tmp_path)]


def test_a_pattern_that_names_a_folder_names_its_pictures(folder):
    assert found(folder / "bel*")[0] == [str(folder / "below" / "c.png")]
    everything = found(folder / "**")[0]
    assert sorted(everything) == sorted(set(everything))
    assert str(folder / "below" / "c.png") in everything


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such pipes")
def test_a_pipe_is_taken_where_it_is_named_alone(folder):
    os.mkfifo(folder / "pipe.png")
    assert found(folder / "pipe.png") == ([str(folder / "pipe.png")], {})
    paths, skipped = found(folder / "p*.png", folder)
    assert str(folder / "pipe.png") not in paths
    assert skipped[NO_FILE] == 2


def test_any_file_name_can_be_printed():
    odd = os.fsdecode(b"caf\xe9.png")
    assert printable(odd).encode("utf-8")
    assert printable(odd) != printable(os.fsdecode(b"caf\xea.png"))
    assert printable("plain ä.png") == "plain ä.png"


def test_what_would_steer_a_terminal_is_escaped():
    assert printable("a\nb\x1b[31m.png") == r"a\nb\x1b[31m.png"
    assert printable("\u0442 \u00e9.png") == "\u0442 \u00e9.png"

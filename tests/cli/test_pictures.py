import os

from digitnet.cli.pictures import find_pictures, printable


def test_folders_patterns_and_what_is_not_there(tmp_path):
    (tmp_path / "below").mkdir()
    for name in ("b.png", "a.JPG", "notes.txt", "below/c.png"):
        (tmp_path / name).touch()
    folder = str(tmp_path)
    found = list(find_pictures([folder, f"{folder}/*.png", f"{folder}/none.png"]))
    assert [os.path.relpath(path, folder) for path in found] == [
        "a.JPG", "b.png", os.path.join("below", "c.png"), "b.png", "none.png",
    ]  # fmt: skip


def test_a_folder_without_pictures_is_handed_on(tmp_path):
    assert list(find_pictures([str(tmp_path)])) == [str(tmp_path)]


def test_any_file_name_can_be_printed():
    odd = os.fsdecode(b"caf\xe9.png")
    assert printable(odd).encode("utf-8")
    assert printable(odd) != printable(os.fsdecode(b"caf\xea.png"))
    assert printable("plain ä.png") == "plain ä.png"

import os
from collections import Counter

import pytest

from digitnet.reading.files.folder import BROKEN_LINK, LINKED_FOLDER, NO_FILE, pictures_below


def test_pictures_folder_by_folder_and_what_is_passed_over(tmp_path):
    for folder in ("below", ".hidden", "below/empty"):
        (tmp_path / folder).mkdir()
    names = ("b.png", "a.JPG", "notes.txt", "clip.MOV", "README", ".DS_Store", "._a.jpg")
    for name in (*names, "below/c.tif", ".hidden/d.png"):
        (tmp_path / name).touch()
    skipped = Counter()
    found = [os.path.relpath(path, tmp_path) for path in pictures_below(str(tmp_path), skipped)]
    assert found == ["a.JPG", "b.png", os.path.join("below", "c.tif")]
    assert skipped == {".txt": 1, ".mov": 1, "no ending": 1}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such pipes")
def test_pipes_devices_and_links_to_folders_are_not_followed(tmp_path):
    (tmp_path / "a.png").touch()
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "link.png").symlink_to("/dev/zero")
    (tmp_path / "to_picture.png").symlink_to("a.png")
    (tmp_path / "nowhere.png").symlink_to("nothing")
    (tmp_path / "itself.png").symlink_to("itself.png")
    (tmp_path / "round").symlink_to(tmp_path)
    skipped = Counter()
    found = [os.path.basename(path) for path in pictures_below(str(tmp_path), skipped)]
    assert found == ["a.png", "to_picture.png"]
    assert skipped == {NO_FILE: 2, BROKEN_LINK: 2, LINKED_FOLDER: 1}


def test_a_folder_that_cannot_be_listed_is_given_itself(tmp_path, monkeypatch):
    (tmp_path / "closed").mkdir()
    (tmp_path / "z.png").touch()
    listed = os.scandir

    def scandir(path):
        if os.path.basename(path) == "closed":
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr("digitnet.reading.files.folder.os.scandir", scandir)
    assert list(pictures_below(str(tmp_path))) == [
        str(tmp_path / "z.png"), str(tmp_path / "closed")
    ]  # fmt: skip

import errno
import os
import stat

import pytest

from digitnet.errors import RunError
from digitnet.files import is_stream, write_atomically
from tests.conftest import python


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "checkpoint.pt"
    path.write_bytes(b"old")
    return path


def test_content_replaces_the_old(path):
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert os.listdir(path.parent) == [path.name]


def test_a_new_file_is_as_public_as_any_other(path):
    other = path.parent / "other"
    other.touch()
    write_atomically(path, b"new")
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(other.stat().st_mode)


@pytest.mark.parametrize("call", ["fsync", "replace"])
@pytest.mark.parametrize(
    ("number", "message"),
    [
        (errno.ENOSPC, "No space left on device; free some space"),
        (errno.EACCES, "Permission denied; choose a folder you may write to"),
        (errno.EROFS, "Read-only file system; choose a folder you may write to"),
        (errno.EIO, "Input/output error$"),
    ],
)
def test_a_failed_write_leaves_the_old_file_and_nothing_else(
    path, monkeypatch, call, number, message
):
    def fail(*args):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(RunError, match=f"cannot write {path}: {message}"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(path.parent) == [path.name]


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(RunError, match=r"cannot write .*No such file or directory"):
        write_atomically(tmp_path / "none" / "file", b"new")


def test_a_folder_that_is_a_file(path):
    with pytest.raises(RunError, match="Not a directory; choose another folder"):
        write_atomically(path / "file", b"new")


# Each call is the last thing that the process does, as if the power had gone.
@pytest.mark.slow
@pytest.mark.parametrize(
    ("call", "number", "left"),
    [("fsync", 1, "old"), ("replace", 1, "old"), ("fsync", 2, "new")],
)
def test_a_crash_leaves_the_old_file_or_the_new(path, call, number, left):
    script = f"""
import os, sys
from pathlib import Path
from digitnet.files import write_atomically

calls = 0
def crash(*args):
    global calls
    calls += 1
    if calls == {number}:
        os._exit(9)
os.{call} = crash
write_atomically(Path(sys.argv[1]), b"new")
"""
    assert python("-c", script, path).status == 9
    assert path.read_text() == left


def test_a_link_stays_and_what_it_names_is_replaced(path):
    link = path.with_name("link")
    link.symlink_to(path.name)
    write_atomically(link, b"new")
    assert link.is_symlink()
    assert path.read_bytes() == b"new"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
def test_a_device_is_written_to_and_never_replaced(path):
    link = path.with_name("full")  # a link: the device itself must not be touched
    link.symlink_to("/dev/full")
    assert is_stream(link)
    with pytest.raises(RunError, match="No space left on device"):
        write_atomically(link, b"new")
    assert is_stream(link)
    assert not is_stream(path)
    assert not is_stream(path.parent)
    assert not is_stream(path.with_name("none"))

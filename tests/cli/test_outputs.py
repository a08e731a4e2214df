import argparse
import errno
import os
import threading
from pathlib import Path

import pytest

from digitnet.cli.outputs import (
    STDOUT,
    add_force_flag,
    check_outputs,
    complain_of,
    goes_on,
    write_output,
)
from digitnet.errors import OutputError, RunError


def refused(path, *, force=False):
    with pytest.raises(OutputError) as caught:
        check_outputs([path], force=force)
    return str(caught.value)


def test_what_does_not_exist_may_be_written(tmp_path):
    check_outputs([tmp_path / "a", None, tmp_path / "b"], force=False)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_exists_is_written_over_only_by_force(tmp_path):
    path = tmp_path / "a.json"
    path.write_text("precious")
    assert refused(path) == f"{path} exists; name another file, or --force to write over it"
    check_outputs([path], force=True)
    assert path.read_text() == "precious"


def test_one_of_several_is_enough(tmp_path):
    path = tmp_path / "b"
    path.touch()
    with pytest.raises(OutputError, match="b exists"):
        check_outputs([tmp_path / "a", path], force=False)


@pytest.mark.parametrize("force", [False, True])
def test_a_folder_is_no_file_and_a_missing_one_is_named(tmp_path, force):
    assert refused(tmp_path, force=force) == f"{tmp_path} is a folder; name a file in it"
    told = refused(tmp_path / "none" / "a.png", force=force)
    assert told == f"no folder {tmp_path / 'none'} for a.png; create it first"


def test_a_link_to_nowhere_is_not_there(tmp_path):
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "nowhere")
    check_outputs([link], force=False)


def test_force_is_a_flag():
    parser = argparse.ArgumentParser()
    add_force_flag(parser)
    assert [parser.parse_args(argv).force for argv in ([], ["--force"])] == [False, True]


@pytest.fixture
def pipe(tmp_path):
    if not hasattr(os, "mkfifo"):
        pytest.skip("Windows has no such pipes")
    path = tmp_path / "pipe"
    os.mkfifo(path)
    return path


def test_a_pipe_needs_no_force_and_is_written_to(pipe):
    check_outputs([pipe], force=False)
    assert goes_on(pipe)
    got = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()
    write_output(pipe, b"content")
    reader.join()
    assert got == [b"content"]
    assert pipe.is_fifo()


def test_standard_output_is_named_by_a_dash_where_it_may_be(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    check_outputs([STDOUT], force=False, stdout=True)
    with pytest.raises(OutputError, match="cannot go to standard output; name a file"):
        check_outputs([Path("-")], force=False)
    print("before")
    write_output(STDOUT, b"content")
    assert capsys.readouterr().out == "before\ncontent"
    assert os.listdir(tmp_path) == []
    assert not goes_on(tmp_path / "a")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
def test_a_full_disk_is_told(tmp_path):
    link = tmp_path / "full"  # a link: the device itself must not be touched
    link.symlink_to("/dev/full")
    with pytest.raises(RunError, match=r"cannot write .*full: No space left on device; free some"):
        write_output(link, b"content")
    assert link.is_symlink()


def test_an_error_of_no_named_file_is_of_standard_output(capsys, monkeypatch):
    monkeypatch.setattr("digitnet.cli.outputs.drop_stdout", lambda: None)
    assert complain_of(OSError(errno.EPIPE, "Broken pipe"), "digitnet read") == 2
    assert complain_of(OSError(errno.ENOENT, "No such file", "a.txt"), "digitnet") == 2
    assert capsys.readouterr().err.splitlines() == [
        "digitnet read: cannot write standard output: Broken pipe; what read it has ended",
        "digitnet: a.txt: No such file",
    ]

import errno
import os
import pickle

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from digitnet.errors import RunError
from digitnet.training.archive import load_archive, save_archive

KIND = "digitnet thing"


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "thing.pt"
    save_archive(path, {"format": KIND, "version": 1, "values": torch.arange(5)})
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("damaged")


def test_what_was_saved_is_loaded(path):
    assert load_archive(path, KIND)["values"].tolist() == [0, 1, 2, 3, 4]


# Not ours


@given(st.binary(max_size=200), st.sampled_from([b"", b"PK\3\4", b"\x80\2", b"\x80\4"]))
def test_any_bytes_are_refused(folder, content, start):
    path = folder / "foreign.pt"
    path.write_bytes(start + content)
    with pytest.raises(RunError, match="no digitnet thing file; use another file or train again"):
        load_archive(path, KIND)


@pytest.mark.parametrize(
    ("content", "found"),
    [([1, 2], "'list'"), ({"conv1.weight": 1}, "None"), ({"format": "other"}, "'other'")],
)
def test_another_file_of_pytorch(tmp_path, content, found):
    torch.save(content, tmp_path / "other.pt")
    with pytest.raises(RunError, match=f"holds {found}, expected a 'digitnet thing' file"):
        load_archive(tmp_path / "other.pt", KIND)


def test_a_later_version(path):
    save_archive(path, {"format": KIND, "version": 3})
    with pytest.raises(RunError, match="format version 3, this digitnet reads 1 and 2; update"):
        load_archive(path, KIND, versions=(1, 2))


class Malicious:
    """Pickled, it opens a file when it is read."""

    def __init__(self, marker):
        self.marker = marker

    def __reduce__(self):
        return open, (str(self.marker), "w")


@pytest.mark.parametrize("archive", [True, False])
def test_a_file_cannot_run_code(tmp_path, archive):
    path, marker = tmp_path / "thing.pt", tmp_path / "marker"
    content = {"format": KIND, "version": 1, "values": Malicious(marker)}
    if archive:
        torch.save(content, path)
    else:
        path.write_bytes(pickle.dumps(content))
    with pytest.raises(RunError, match=f"{path} is truncated, damaged or no digitnet"):
        load_archive(path, KIND)
    assert not marker.exists()
    pickle.loads(pickle.dumps(Malicious(marker))).close()  # it would have
    assert marker.exists()


def test_a_huge_file_is_not_read(path):
    os.truncate(path, 1 << 40)
    with pytest.raises(RunError, match="is larger than any digitnet thing file"):
        load_archive(path, KIND)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(RunError, match=r"cannot read .*No such file or directory"):
        load_archive(tmp_path / "none.pt", KIND)


# Writing


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_full_disk_leaves_the_old_file(path, monkeypatch, call):
    before = path.read_bytes()

    def full(*args):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, call, full)
    with pytest.raises(RunError, match=f"cannot write {path}: No space left on device; free"):
        save_archive(path, {})
    assert path.read_bytes() == before
    assert os.listdir(path.parent) == [path.name]


def test_a_folder_that_may_not_be_written(path, monkeypatch):
    def refuse(*args, **kwargs):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr("pathlib.Path.open", refuse)
    with pytest.raises(RunError, match="Permission denied; choose a folder you may write to"):
        save_archive(path, {})

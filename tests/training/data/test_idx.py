import gzip
import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitnet.errors import DataError
from digitnet.training.data import idx
from digitnet.training.data.idx import LOOK_ALIKES, OFFICIAL_SHA256, find_file, read_file
from tests.conftest import NAMES, idx_bytes, made_up_digits

IMAGES, LABELS = made_up_digits(5)
NAME = "train-images-idx3-ubyte"
WHOLE = idx_bytes(IMAGES)
PACKED = gzip.compress(WHOLE, mtime=0)


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_a_file_is_read_packed_or_not(tmp_path, suffix):
    for name, values in ((NAME, IMAGES), ("t10k-labels-idx1-ubyte", LABELS)):
        path = tmp_path / f"{name}{suffix}"
        path.write_bytes(gzip.compress(idx_bytes(values)) if suffix else idx_bytes(values))
        file = read_file(path)
        np.testing.assert_array_equal(file.values.numpy(), values)
        assert file.sha256 == hashlib.sha256(idx_bytes(values)).hexdigest()
        assert not file.official


def test_the_official_content_is_known_by_its_digest(tmp_path, monkeypatch):
    monkeypatch.setitem(OFFICIAL_SHA256, NAME, hashlib.sha256(WHOLE).hexdigest())
    for name, content in ((NAME, WHOLE), (f"{NAME}.gz", PACKED)):
        (tmp_path / name).write_bytes(content)
        assert read_file(tmp_path / name).official


def test_a_look_alike_is_known_by_its_archive(tmp_path, monkeypatch):
    path = tmp_path / f"{NAME}.gz"
    path.write_bytes(PACKED)
    assert read_file(path).look_alike is None
    monkeypatch.setitem(LOOK_ALIKES, hashlib.md5(PACKED).hexdigest(), "Fashion-MNIST")
    assert read_file(path).look_alike == "Fashion-MNIST"


@pytest.mark.slow
def test_the_real_files_are_official(full_mnist):
    files = [read_file(find_file(full_mnist, name)) for name in NAMES]
    assert all(file.official for file in files)
    assert [len(file.values) for file in files] == [60_000, 60_000, 10_000, 10_000]


DAMAGES = {
    "empty": (b"", "is no IDX file of 3"),
    "a web page": (b"<!DOCTYPE html><html>403</html>", "it starts with b'<!DOCTYPE ht'"),
    "cut in the header": (WHOLE[:9], "is no IDX file"),
    "cut in the values": (WHOLE[:-1], "has 3,935 bytes unpacked, its header promises 3,936"),
    "bytes too many": (WHOLE + b"\0", "has 3,937 bytes unpacked, its header promises 3,936"),
    "labels in place of images": (idx_bytes(LABELS), "is no IDX file of 3 dimension"),
    "other type of values": (b"\0\0\x0d\3" + WHOLE[4:], "is no IDX file"),
    "no images": (idx_bytes(IMAGES[:0]), r"of shape \[0, 28, 28\], expected"),
    "other size of images": (idx_bytes(IMAGES[:, :14]), r"of shape \[5, 14, 28\], expected"),
    "still packed": (PACKED, "is no IDX file"),
}


@pytest.mark.parametrize(("content", "message"), DAMAGES.values(), ids=DAMAGES.keys())
@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_damage_is_named(tmp_path, content, message, suffix):
    path = tmp_path / f"{NAME}{suffix}"
    path.write_bytes(gzip.compress(content) if suffix else content)
    with pytest.raises(DataError, match=f"{path}.*{message}"):
        read_file(path)


PACKED_DAMAGES = {
    "empty": (b"", "is empty; delete it"),
    "cut": (PACKED[:-9], "is truncated or damaged; delete it"),
    "cut in the header": (PACKED[:5], "is truncated or damaged"),
    "no gzip": (b"<html>404", "damaged or no gzip file, it starts with b'<html>404'; delete it"),
    "not packed": (WHOLE, "damaged or no gzip file"),
    "wrong checksum": (PACKED[:-8] + b"0000" + PACKED[-4:], "damaged or no gzip file"),
    "a flipped byte": (PACKED[:999] + bytes([PACKED[999] ^ 255]) + PACKED[1000:], "damaged"),
}


@pytest.mark.parametrize(("content", "message"), PACKED_DAMAGES.values(), ids=PACKED_DAMAGES.keys())
def test_damage_of_an_archive_is_named(tmp_path, content, message):
    path = tmp_path / f"{NAME}.gz"
    path.write_bytes(content)
    with pytest.raises(DataError, match=f"{path}.*{message}"):
        read_file(path)


def test_an_archive_that_unpacks_to_too_much(tmp_path, monkeypatch):
    monkeypatch.setattr(idx, "_MOST_BYTES", 1000)
    (tmp_path / f"{NAME}.gz").write_bytes(PACKED)
    with pytest.raises(DataError, match="unpacks to over 1,000 bytes"):
        read_file(tmp_path / f"{NAME}.gz")


def test_a_file_that_cannot_be_read(tmp_path):
    (tmp_path / NAME).mkdir()
    with pytest.raises(DataError, match=r"cannot read .*Is a directory"):
        read_file(tmp_path / NAME)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("fuzz")


anything = st.binary(max_size=64) | st.builds(
    lambda start, rest: start + rest,
    st.sampled_from([PACKED[:10], WHOLE[:4], WHOLE[:16], bytes([0, 0, 8, 1])]),
    st.binary(max_size=40),
)


@given(content=anything, name=st.sampled_from(NAMES), suffix=st.sampled_from(["", ".gz"]))
def test_any_bytes_are_a_file_or_refused(folder, content, name, suffix):
    path = folder / f"{name}{suffix}"
    path.write_bytes(content)
    try:
        file = read_file(path)
    except DataError as error:
        refusal = str(error)
    else:
        assert len(file.values) > 0
        assert not file.official
        return
    assert str(path) in refusal
    assert "\n" not in refusal


@given(at=st.integers(0, len(WHOLE) - 1), flip=st.integers(1, 255))
def test_no_altered_file_is_official(folder, at, flip):
    altered = bytearray(WHOLE)
    altered[at] ^= flip
    path = folder / NAME
    path.write_bytes(altered)
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setitem(OFFICIAL_SHA256, NAME, hashlib.sha256(WHOLE).hexdigest())
        try:
            assert not read_file(path).official
        except DataError:
            assert at < 16  # the header

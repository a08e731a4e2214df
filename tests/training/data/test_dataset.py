import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from digitnet.errors import DataError
from tests.conftest import made_up_dataset


@given(count=st.integers(1, 49), seed=st.integers(0, 2**63 - 1))
def test_the_holdout_parts_the_training_set(count, seed):
    dataset = made_up_dataset()
    parted = dataset.with_holdout(count, seed)
    assert len(parted.eval_images) == count
    assert parted.evaluated == "holdout"
    images = torch.cat([parted.train_images, parted.eval_images])
    labels = torch.cat([parted.train_labels, parted.eval_labels])
    assert sorted(map(identity, images, labels)) == sorted(
        map(identity, dataset.train_images, dataset.train_labels)
    )


def identity(image, label):
    return (image.numpy().tobytes(), label.item())


def test_the_holdout_is_decided_by_the_seed(tiny_dataset):
    first, again, other = (tiny_dataset.with_holdout(10, seed).eval_images for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_no_holdout_leaves_the_test_set(tiny_dataset):
    assert tiny_dataset.with_holdout(0, 0) is tiny_dataset


@pytest.mark.parametrize("count", [50, 51])
def test_a_holdout_of_everything(tiny_dataset, count):
    with pytest.raises(DataError, match=f"holdout is {count}, expected fewer than the 50"):
        tiny_dataset.with_holdout(count, 0)


def test_pictures_of_no_digit_are_an_eleventh_class(tiny_dataset):
    assert tiny_dataset.with_non_digits(0, 0) is tiny_dataset
    more = tiny_dataset.with_non_digits(3, seed=1)
    assert more.train_images.shape == (53, 1, 28, 28)
    assert more.train_labels[50:].tolist() == [10, 10, 10]
    assert torch.equal(more.train_images[:50], tiny_dataset.train_images)
    assert torch.equal(more.train_images, tiny_dataset.with_non_digits(3, seed=1).train_images)


def test_it_moves_as_a_whole(tiny_dataset):
    moved = tiny_dataset.to(torch.device("meta"))
    parts = (moved.train_images, moved.train_labels, moved.eval_images, moved.eval_labels)
    assert {part.device.type for part in parts} == {"meta"}
    assert moved.fingerprint == tiny_dataset.fingerprint

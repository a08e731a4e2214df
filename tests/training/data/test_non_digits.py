import numpy as np
import pytest

from digitnet.training.data.non_digits import LETTERS, make_non_digits


@pytest.fixture(scope="module")
def pictures(sample):
    return make_non_digits(
        400, sample.train_images[:, 0].numpy(), sample.train_labels.numpy(), seed=1
    )


@pytest.mark.slow
def test_pictures_have_the_form_of_mnist(pictures):
    assert pictures.shape == (400, 28, 28)
    assert pictures.dtype == np.uint8
    assert (pictures.reshape(400, -1).max(axis=1) == 255).mean() > 0.99


def test_pictures_are_many_kinds(pictures):
    flat = pictures.reshape(400, -1).astype(float)
    assert len(np.unique(flat, axis=0)) > 395
    inked = (flat > 127).mean(axis=1)
    assert inked.min() < 0.08
    assert inked.max() > 0.25


@pytest.mark.slow
def test_the_seed_decides(sample, pictures):
    digits, labels = sample.train_images[:, 0].numpy(), sample.train_labels.numpy()
    assert np.array_equal(make_non_digits(400, digits, labels, seed=1), pictures)
    assert not np.array_equal(make_non_digits(400, digits, labels, seed=2), pictures)


def test_letters_that_look_like_digits_are_left_out():
    assert not set("OoIilSsZzbgq") & set(LETTERS)

import numpy as np
import pytest

from digitnet.report.corruptions import CORRUPTIONS, corrupted


@pytest.fixture(scope="module")
def images(sample):
    return sample.eval_images[:40, 0].numpy()


def test_there_are_the_fifteen_of_mnist_c():
    assert len(CORRUPTIONS) == 15


@pytest.mark.parametrize("kind", CORRUPTIONS)
def test_each_changes_every_image_and_keeps_the_form(images, kind):
    changed = corrupted(images, kind)
    assert changed.shape == images.shape
    assert changed.dtype == np.uint8
    difference = np.abs(changed.astype(int) - images).reshape(len(images), -1).mean(axis=1)
    assert (difference > 1).all()
    assert (changed.reshape(len(images), -1).std(axis=1) > 5).all()  # something is left to see


@pytest.mark.parametrize("kind", CORRUPTIONS)
def test_the_seed_decides_image_by_image(images, kind):
    changed = corrupted(images, kind, seed=3)
    assert np.array_equal(corrupted(images[:5], kind, seed=3), changed[:5])
    if kind not in ("canny edges", "stripe"):
        assert not np.array_equal(corrupted(images, kind, seed=4), changed)


def test_an_unknown_kind(images):
    with pytest.raises(KeyError):
        corrupted(images, "rain")


def test_a_stripe_is_the_inverted_middle(images):
    changed = corrupted(images, "stripe")
    different = (changed != images).any(axis=1)  # [N, columns]
    assert (different.sum(axis=1) <= 6).all()
    assert not different[:, :9].any()


def test_a_translation_keeps_the_ink(images):
    kept = corrupted(images, "translate").sum() / images.sum()
    assert 0.85 < kept <= 1.02

import numpy as np
import pytest

from digitnet.training.data.other_hands import make_other_hands


@pytest.mark.slow
def test_the_same_seed_gives_the_same_pictures():
    images, labels = make_other_hands(20, 3)
    again, same = make_other_hands(20, 3)
    assert np.array_equal(images, again)
    assert np.array_equal(labels, same)
    assert not np.array_equal(images, make_other_hands(20, 4)[0])


@pytest.mark.slow
def test_pictures_have_mnists_form_and_every_class():
    images, labels = make_other_hands(300, 0)
    assert (images.dtype, images.shape) == (np.uint8, (300, 28, 28))
    assert set(labels.tolist()) == set(range(11))
    for image in images:
        rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
        # Twenty pixels along the longer side, but for the faint ends that rounding takes.
        assert 17 <= max(np.ptp(rows), np.ptp(columns)) + 1 <= 20
        assert image.max() == 255

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from digitnet.mnist_format import BOX, CENTRE, SIZE, mnist_form


def cut(image: np.ndarray) -> np.ndarray:
    rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
    tight = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return tight.astype(np.float32) / 255


def test_mnists_own_digits_come_back_as_they_were(sample):
    images = sample.eval_images[:, 0].numpy()[::7]
    largest = [np.abs(mnist_form(cut(image)).astype(int) - image).max() for image in images]
    assert np.mean(np.array(largest) <= 3) > 0.99


@pytest.mark.slow
@given(
    arrays.arrays(
        np.float32,
        st.tuples(st.integers(1, 90), st.integers(1, 90)),
        elements=st.floats(0, 1, width=32),
    )
)
def test_any_ink_takes_the_form(ink):
    image = mnist_form(ink)
    assert image.shape == (SIZE, SIZE)
    assert image.dtype == np.uint8
    if ink.max() < 0.01:
        return
    assert image.max() == 255 or ink.max() < 0.01
    rows, columns = np.nonzero(image)
    assert np.ptp(rows) < BOX
    assert np.ptp(columns) < BOX
    # Centred by mass, to the pixel, unless the box of 20 is at the picture's edge already.
    for axis, places in enumerate((rows, columns)):
        mean = np.average(places, weights=image[rows, columns])
        low, high = np.flatnonzero(image.any(axis=1 - axis))[[0, -1]]
        at_edge = high < BOX if mean > CENTRE else low >= SIZE - BOX
        assert abs(mean - CENTRE) <= 0.51 or at_edge


def test_no_ink_is_black():
    assert not mnist_form(np.zeros((5, 9), np.float32)).any()

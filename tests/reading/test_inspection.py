import numpy as np
import pytest

from digitnet.reading.inspection import image_of
from tests.reading.conftest import photo


@pytest.mark.slow
def test_a_digits_28x28_is_made_when_it_is_asked_for(reader, digits):
    seen = reader.inspect(photo(digits[4]), one=True)
    assert "images" not in seen.__dict__
    assert seen.images.shape == (1, 28, 28)
    assert seen.images is seen.images


@pytest.mark.slow
def test_a_crop_is_what_is_in_the_box(reader, digits):
    seen = reader.inspect(photo(digits[4]), one=True)
    width, height = seen.boxes[0, 2:]
    crop = seen.crop(seen.boxes[0])
    assert np.allclose(crop.shape, (height, width), atol=1)
    assert crop.min() < 100 < 200 < crop.max()


def test_nothing_written_is_black(digits):
    blank = np.full((50, 50), 255, np.uint8)
    assert not image_of(blank, np.array([25, 25, 20, 20], np.float32)).any()
    assert image_of(digits[3], np.zeros(4, np.float32)) is digits[3]

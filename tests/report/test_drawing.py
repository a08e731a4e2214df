import numpy as np
import pytest

from digitnet.report.drawing import colours, tiles
from tests.report.png import pixels


def test_no_images_are_a_picture_too():
    assert pixels(tiles(np.zeros((0, 28, 28)), [], columns=10))[..., 3].any()


@pytest.mark.slow
def test_each_image_has_its_place():
    image = np.zeros((28, 28), np.uint8)
    image[10:18, 10:18] = 255
    one = pixels(tiles(np.stack([image]), ["a"], columns=2))
    two = pixels(tiles(np.stack([image, image]), ["a", "b"], columns=2))
    half = one.shape[1] // 2
    assert one.shape == two.shape
    assert not one[:, half:, 3].any()
    assert two[:, half:, 3].any()


def test_more_colours_than_there_are_begin_again():
    assert len(colours(8)) == 8

import cv2
import numpy as np
import pytest

from digitnet.reading.network import Scores
from digitnet.reading.single import both, candidates, in_mnist_form, other_marks, together
from tests.reading.conftest import marks, photo


def test_mnists_images_are_known_and_no_others(sample, digits):
    images = sample.eval_images[:, 0].numpy()
    assert np.mean([in_mnist_form(image) for image in images]) > 0.95
    for other in (
        255 - digits[3],
        np.roll(digits[3], 4, axis=1),
        photo(digits[3]),
        np.zeros_like(digits[3]),
    ):
        assert not in_mnist_form(other)


def test_what_is_darkest_and_likeliest_comes_first():
    grey = np.full((100, 200), 200, np.uint8)
    cv2.circle(grey, (50, 50), 20, 30, 4)
    cv2.circle(grey, (150, 50), 20, 190, 4)
    rows = [(0.8, 150, 50, 44, 44, 0), (0.7, 50, 50, 44, 44, 0), (0.7, 50, 50, 20, 20, 10)]
    assert candidates(grey, marks(*rows)).boxes[0, :2].tolist() == [50, 50]


@pytest.mark.parametrize(
    ("other", "count"),
    [
        ((0.97, 130, 50, 24, 40, 7), 1),
        ((0.4, 130, 50, 24, 40, 7), 0),  # not sure
        ((0.55, 130, 50, 24, 40, 10), 0),  # not sure enough
        ((0.65, 130, 50, 24, 40, 10), 1),
        ((0.97, 130, 50, 10, 14, 7), 0),  # too low: a comma
        ((0.97, 130, 50, 10, 18, 7), 1),
        ((0.97, 102, 55, 24, 40, 7), 0),  # the same ink
        ((0.97, 130, 50, 24, 40, 10), 1),  # a letter: the picture is of more than a digit
        ((0.97, 100, 90, 20, 24, 10), 1),  # below it
    ],
)
def test_a_second_mark_beside_the_first(other, count):
    assert len(other_marks(marks((0.97, 100, 50, 24, 40, 3), other))) == count


def test_what_either_network_rules_out_is_ruled_out():
    shares = np.full((1, 10), 0.001, np.float32)
    shares[0, 7] = 0.991
    sure, refused = (Scores(shares, np.array([odds], np.float32)) for odds in (6, -9))
    found = marks((0.95, 0, 0, 9, 9, 7))
    assert both(found, sure)[0].argmax() == 7
    assert both(found, sure).max() > 0.9
    assert both(found, refused).max() < 0.1


def test_what_changes_from_look_to_look_is_less_sure():
    seven, one = np.full(10, 0.01), np.full(10, 0.01)
    seven[7] = one[1] = 0.9
    assert np.allclose(together([seven, seven, seven]), seven)
    assert together([seven, one, seven]).argmax() == 7
    assert together([seven, one, seven]).max() < 0.3
    assert together([seven, np.zeros(10), seven]).max() < 0.01  # one look found several

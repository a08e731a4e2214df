"""A picture of exactly one digit."""

import cv2
import numpy as np
import pytest

from digitnet.reading import one
from digitnet.reading.look import look
from digitnet.reading.single import SURE, in_mnist_form
from digitnet.reading.tilt import TILTS, tilted
from digitnet.training.data.non_digits import make_non_digits
from tests.reading.conftest import page, photo


@pytest.mark.slow
@pytest.mark.parametrize("digit", range(10))
def test_a_photo_of_one_digit(reader, digits, digit):
    reading = reader.read(photo(digits[digit]), one=True)
    assert reading.text == str(digit)
    assert reader.read(photo(digits[digit])).text == str(digit)


@pytest.mark.slow
@pytest.mark.parametrize("digit", [2, 4, 5, 7])
def test_inverted_turned_shrunk_and_noisy(reader, digits, digit):
    picture = photo(digits[digit])
    height, width = picture.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 8, 1)
    noise = np.random.default_rng(0).normal(0, 6, picture.shape)
    for other in (
        255 - picture,
        cv2.warpAffine(picture, turn, (width, height), borderMode=cv2.BORDER_REPLICATE),
        cv2.resize(picture, None, fx=0.3, fy=0.3, interpolation=cv2.INTER_AREA),
        np.clip(picture + noise, 0, 255).astype(np.uint8),
    ):
        assert reader.read(other, one=True).text == str(digit)


@pytest.mark.slow
def test_letters_and_scribbles_are_refused(reader):
    accepted = 0
    for letter in "AEFHKMNPRTUVWXY":
        picture = np.full((160, 160), 255, np.uint8)
        cv2.putText(picture, letter, (45, 115), cv2.FONT_HERSHEY_SIMPLEX, 3, 0, 8, cv2.LINE_AA)
        (digit,) = reader.read(picture, one=True).digits
        accepted += digit.accepted
        assert digit.text == ("?" if not digit.accepted else str(digit.digit))
    assert accepted <= 1


@pytest.mark.slow
def test_one_digit_is_never_turned(reader, digits):
    for alone in (True, False):
        assert reader.read(np.rot90(photo(digits[4]), 2), one=alone).turned == 0


@pytest.mark.slow
def test_several_digits_where_one_is_expected(reader, digits):
    reading = reader.read(page(digits, ["407"]), one=True)
    assert reading.text == "?"
    assert "3 marks in it, expected one digit" in reading.warning
    assert reader.read(photo(digits[4]), one=True).warning == ""


@pytest.mark.slow
def test_a_colon_is_no_digit_though_each_of_its_dots_may_be_one(reader):
    colon = np.full((160, 160), 255, np.uint8)
    for top in (30, 110):
        cv2.line(colon, (80, top), (78, top + 10), 0, 5, cv2.LINE_AA)
    reading = reader.read(colon, one=True)
    assert reading.text == "?"
    assert "2 marks in it, expected one digit; cut it out" in reading.warning


@pytest.mark.slow
def test_a_digit_that_touches_the_edges_is_seen_with_paper_around_it(reader):
    picture = np.zeros((32, 32), np.uint8)
    cv2.line(picture, (17, 0), (14, 31), 255, 8)
    assert len(look(reader.finder, picture)) == 0
    seen = reader.inspect(picture, one=True)
    assert (seen.networks, seen.reading.text) == ("both", "1")
    x, y, width, height = seen.reading.digits[0].box
    assert 0 <= x < 16 < x + width <= 32
    assert (y, height) == (0, 32)
    middle_x, middle_y = seen.marks.boxes[0, :2]
    assert abs(middle_x - 16) < 3
    assert abs(middle_y - 16) < 3


@pytest.mark.slow
def test_what_the_finder_does_not_see_is_refused_however_sure_the_small_network_is(reader):
    """Empty paper, darker to one side: brought to the form of MNIST that side looks like a one."""
    noise = np.random.default_rng(0).normal(0, 4, (600, 58))
    empty = np.clip(120 + np.linspace(0, 100, 58) + noise, 0, 255).astype(np.uint8)
    seen = reader.inspect(empty, one=True)
    assert len(seen.marks) == 0
    assert reader.network(seen.images).shares.max() > 0.9
    assert seen.reading.text == "?"
    assert seen.reading.digits[0].confidence == 0


@pytest.mark.parametrize("size", [(1, 3000), (3000, 1), (1, 1), (2, 2)])
def test_a_strip_of_a_pixel_is_refused(reader, size):
    for lightness in (0, 255):
        reading = reader.read(np.full(size, lightness, np.uint8), one=True)
        assert reading.text in ("", "?")


def test_mnists_own_images_need_the_small_network_alone(reader, digits):
    seen = reader.inspect(digits[7], one=True)
    assert (seen.networks, seen.reading.text) == ("digitnet", "7")
    assert np.array_equal(seen.images[0], digits[7])
    assert reader.inspect(255 - digits[7], one=True).networks == "both"


@pytest.mark.slow
def test_of_what_the_small_network_is_unsure_the_finder_is_asked_too(reader, sample):
    """The small network wavers over these; both together are right more often."""
    parts = (sample.train_images, sample.eval_images), (sample.train_labels, sample.eval_labels)
    images, labels = (np.concatenate([part.numpy() for part in both]) for both in parts)
    images = images[:, 0]
    shares = reader.network(images).shares
    unsure = [i for i in np.flatnonzero(shares.max(axis=1) < SURE) if in_mnist_form(images[i])]
    seen = [reader.inspect(images[i], one=True) for i in unsure]
    assert {inspection.networks for inspection in seen} <= {"digitnet", "both"}
    asked = [i for i, inspection in enumerate(seen) if inspection.networks == "both"]
    assert len(asked) > 0.9 * len(unsure) > 50
    right = sum(s.reading.digits[0].digit == labels[i] for i, s in zip(unsure, seen, strict=True))
    assert right > (shares[unsure].argmax(axis=1) == labels[unsure]).sum()


@pytest.mark.slow
def test_what_is_in_doubt_is_looked_at_again(reader, digits, monkeypatch):
    tilts = []

    def looks(grey, box, degrees, shown=None):
        tilts.append(degrees)
        return tilted(grey, box, degrees) if shown is None else shown

    monkeypatch.setattr(one, "tilted", looks)
    assert reader.read(photo(digits[7]), one=True).text == "7"
    assert tilts == []  # of what is sure once is enough
    monkeypatch.setattr(one, "SURE_ENOUGH", 2.0)
    assert reader.read(photo(digits[7]), one=True).digits[0].confidence > 0.9
    assert tilts == list(TILTS)
    four = photo(digits[4])
    monkeypatch.setattr(one, "tilted", lambda *given: looks(*given, shown=four))
    assert reader.read(photo(digits[7]), one=True).text == "?"


@pytest.mark.slow
def test_a_letter_in_mnists_form_is_refused(reader, sample):
    images, labels = sample.eval_images[:, 0].numpy(), sample.eval_labels.numpy()
    others = [
        image for image in make_non_digits(60, images, labels, seed=5) if in_mnist_form(image)
    ]
    accepted = sum(reader.read(image, one=True).digits[0].accepted for image in others)
    assert len(others) > 30
    assert accepted <= 0.2 * len(others)


def test_paper_on_which_nothing_is_seen_is_told(reader):
    reading = reader.read(np.full((90, 90), 255, np.uint8), one=True)
    assert (reading.text, reading.warning) == ("", "no digit is seen in it, expected one")

"""The whole path, and what a reading holds."""

import numpy as np
import pytest

from digitnet.reading import Expected
from tests.reading.conftest import page, photo


@pytest.mark.slow
def test_boxes_are_in_the_pictures_own_pixels(reader, digits):
    picture = photo(digits[3], scale=6, margin=60)
    (small,) = reader.read(picture).digits
    (large,) = reader.read(np.kron(picture, np.ones((12, 12), np.uint8))).digits
    rows, columns = np.nonzero(picture < 140)
    expected = (columns[0:].min(), rows.min(), np.ptp(columns), np.ptp(rows))
    np.testing.assert_allclose(small.box, expected, atol=14)
    np.testing.assert_allclose(np.array(large.box) / 12, small.box, atol=8)


@pytest.mark.slow
@pytest.mark.parametrize(
    "blank",
    [np.full((300, 400), 255, np.uint8), np.zeros((28, 28), np.uint8), np.zeros((1, 1), np.uint8)],
    ids=["white", "black", "one pixel"],
)
def test_a_blank_is_empty_text(reader, blank):
    for one in (True, False):
        reading = reader.read(blank, one=one)
        assert (reading.text, reading.digits) == ("", ())


@pytest.mark.slow
def test_odd_sizes_are_read_without_complaint(reader):
    random = np.random.default_rng(1)
    for shape in ((1, 10_000), (10_000, 1), (2, 2), (3, 700), (64, 64), (63, 65)):
        reader.read(random.integers(0, 256, shape, dtype=np.uint8))
        reader.read(random.integers(0, 256, (*shape, 3), dtype=np.uint8), one=True)


@pytest.mark.slow
def test_confidences_and_shares(reader, digits):
    for digit in reader.read(page(digits, ["0123456789"])).digits:
        assert sum(digit.probabilities) == pytest.approx(1, abs=1e-4)
        assert 0 <= digit.confidence <= 1
        assert digit.top(3)[0] == (digit.digit, max(digit.probabilities))
        assert [share for _, share in digit.top(10)] == sorted(digit.probabilities, reverse=True)


def test_what_a_reading_was_made_from(reader, digits):
    seen = reader.inspect(page(digits, ["12", "34"]))
    assert len(seen.images) == len(seen.boxes) == len(seen.reading.digits) == 4
    assert seen.networks == "finder"
    assert (seen.images.reshape(4, -1).max(axis=1) == 255).all()


@pytest.mark.slow
def test_the_number_that_fits_is_told(reader, digits):
    picture = page(digits, ["314159", "271828"])
    reading = reader.read(picture, expected=Expected(6))
    assert [answer.text for answer in reading.answers] == ["314159", "271828"]
    assert reader.read(picture).answers is None
    turned = reader.read(np.rot90(picture, 2), expected=Expected(valid=["314159", "999999"]))
    assert [(answer.text, answer.line) for answer in turned.answers] == [("314159", 0)]
    one = reader.read(photo(digits[5]), one=True, expected=Expected(valid=["5", "7"]))
    assert one.answer.text == "5"

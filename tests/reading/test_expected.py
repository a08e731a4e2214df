import pickle

import numpy as np
import pytest

from digitnet.reading.expected import Expected, answers


def seen(text: str, sure: float = 0.97) -> np.ndarray:
    """Marks that are surely a digit each, and possibly another: float64 [M, 10]."""
    shares = np.full((len(text), 10), (1 - sure) / 20)
    shares[np.arange(len(text)), [int(digit) for digit in text]] = sure
    return shares


def test_what_is_surely_read_stays():
    number, probability = Expected(5).best(seen("40213"))
    assert number == "40213"
    assert 0.8 < probability < 1


def test_a_faint_mark_makes_up_the_number():
    shares = seen("4213")
    faint = np.zeros((1, 10))
    faint[0, 0] = 0.1
    number, probability = Expected(5).best(np.insert(shares, 1, faint, axis=0))
    assert number == "40213"
    assert probability < 0.9


def test_the_least_sure_mark_too_many_is_left_out():
    shares = seen("40213")
    shares[3] *= 0.5
    assert Expected(4).best(shares)[0] == "4023"


@pytest.mark.parametrize("digits", [3, 8])
def test_nothing_fits_where_digits_are_missing_or_surely_too_many(digits):
    assert Expected(digits).best(seen("402137", 0.999)) is None


def test_a_list_puts_one_digit_right():
    valid = ["123456", "654321", "111111"]
    number, probability = Expected(valid=valid).best(seen("123956", 0.999))
    assert number == "123456"
    assert probability > 0.9


@pytest.mark.parametrize("read", ["12356", "1234456"])
def test_a_list_puts_a_digit_lost_or_made_up_right(read):
    assert Expected(valid=["123456", "654321"]).best(seen(read, 0.99))[0] == "123456"


def test_a_number_unlike_the_lists_fits_nothing():
    assert Expected(valid=["123456", "654321"]).best(seen("907182", 0.999)) is None


def test_two_that_fit_alike_share_the_probability():
    number, probability = Expected(valid=["125", "126"]).best(seen("124", 0.9))
    assert number in ("125", "126")
    assert probability < 0.51


def test_numbers_of_many_lengths_and_leading_zeros():
    valid = ["7", "07", "007", "1234567890"]
    for number in valid:
        assert Expected(valid=valid).best(seen(number))[0] == number
    assert Expected(2, valid).valid == ("07",)


def test_each_line_has_its_answer():
    found = answers(
        Expected(3), [seen("123"), seen("98765", 0.999), np.zeros((0, 10)), seen("456")]
    )
    assert [(answer.text, answer.line) for answer in found] == [("123", 0), ("456", 3)]


def test_what_is_made_of_faint_marks_stands_in_no_line():
    (answer,) = answers(Expected(3), [seen("123", 0.45)], faint=True)
    assert (answer.text, answer.line) == ("123", None)


@pytest.mark.slow
def test_probabilities_are_right_as_often_as_they_say():
    random = np.random.default_rng(0)
    told, right = [], []
    for _ in range(400):
        truth = random.integers(0, 10, 4)
        shares = random.dirichlet(np.full(10, 0.05), 4)
        order = [random.choice(10, p=row) for row in shares]
        # Each mark's digit is drawn as its probabilities say, so that they are calibrated.
        for row, drawn, digit in zip(shares, order, truth, strict=True):
            row[[drawn, digit]] = row[[digit, drawn]]
        number, probability = Expected(4).best(shares)
        told.append(probability)
        right.append(number == "".join(map(str, truth)))
    assert np.mean(told) == pytest.approx(np.mean(right), abs=0.06)


@pytest.mark.parametrize(
    ("digits", "valid", "message"),
    [
        (None, None, "nothing is expected; name digits, valid or both"),
        (0, None, "0 digits, expected 1 to 50"),
        (51, None, "51 digits"),
        (None, "12345", "valid is one text"),
        (None, ["12", "A1"], "'A1' in valid is no text of digits alone"),
        (None, [12], "12 in valid is no text"),
        (None, ["1" * 51], "has 51 digits, expected 50 at most"),
        (None, [], "no number is valid$"),
        (5, ["1234"], "no number is valid of 5 digits"),
    ],
)
def test_a_wrong_argument_is_named(digits, valid, message):
    with pytest.raises(ValueError, match=message):
        Expected(digits, valid)


def test_it_is_described_and_pickled():
    assert Expected(1).described == "1 digit"
    assert Expected(5).described == "5 digits"
    assert Expected(valid=["12", "34", "12"]).described == "one of 2 numbers"
    assert Expected(valid=["12"]).described == "12"
    expected = Expected(valid=["12", "34"])
    expected.best(seen("12"))
    assert pickle.loads(pickle.dumps(expected)) == expected

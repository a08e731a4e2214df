import numpy as np
import pytest

from digitnet.reading.accept import ACCEPTED, calibrated, considered, printed
from tests.reading.conftest import marks

SURE, UNSURE = 0.95, 0.2
PAGE = np.full((200, 900), 220, np.uint8)


def line(*signs, score=0.9, height=40):
    """Marks beside each other: a class, or a class and a height."""
    pairs = [sign if isinstance(sign, tuple) else (sign, height) for sign in signs]
    return marks(*[(score, 40 * n, 50, 24, h, sign) for n, (sign, h) in enumerate(pairs)])


def shown(found, confidence):
    return printed(found, np.array(confidence), [list(range(len(found)))])


def test_what_is_sure_is_printed_but_for_specks():
    assert shown(line(1, (2, 12), 3), [SURE] * 3) == [[0, 1, 2]]
    assert shown(line(1, (2, 9), 3), [SURE] * 3) == [[0, 2]]


def test_a_speck_that_is_not_very_sure_is_no_digit():
    assert shown(line(1, (2, 12), 3), [SURE, 0.9, SURE]) == [[0, 2]]


def test_a_sign_between_a_digit_and_a_speck_is_in_no_digits_place():
    none = 10
    assert shown(line(1, 2, none, (3, 9)), [SURE, SURE, 0, SURE]) == [[0, 1]]


def test_a_doubtful_mark_as_large_as_the_digits_is_printed():
    assert shown(line(1, 2, 3), [SURE, UNSURE, SURE]) == [[0, 1, 2]]
    assert shown(line(1, 2), [SURE, UNSURE]) == [[0, 1]]
    assert shown(line(1, (2, 12), 3), [SURE, UNSURE, SURE]) == [[0, 2]]
    assert shown(line(1, (2, 110), 3), [SURE, UNSURE, SURE]) == [[0, 2]]


def test_a_sign_is_printed_only_in_a_digits_place():
    none = 10
    assert shown(line(1, none, 3), [SURE, 0, SURE]) == [[0, 1, 2]]
    assert shown(line(1, 3, none), [SURE, SURE, 0]) == [[0, 1]]
    assert shown(line(none, none), [0, 0]) == []
    assert shown(line(1, (none, 8), 3), [SURE, 0, SURE]) == [[0, 2]]


def test_a_minus_is_as_wide_as_a_digit_is_high():
    found = line(1, (10, 6), 3)
    found.boxes[1, 2] = 30
    assert shown(found, [SURE, 0, SURE]) == [[0, 1, 2]]


@pytest.mark.parametrize("moved", [0, 2])
def test_a_sign_far_from_a_digit_is_in_no_digits_place(moved):
    found = line(1, 10, 3)
    found.boxes[moved, 0] += (moved - 1) * 60
    assert shown(found, [SURE, 0, SURE]) == [[0, 2]]


def test_where_nothing_is_read_a_doubtful_mark_is_still_told():
    assert shown(line(4), [UNSURE]) == [[0]]


def test_faint_guesses_are_not_considered():
    confidence = np.array([0.1, ACCEPTED])
    assert considered(line(1, 2, score=0.1), confidence, PAGE).tolist() == [1]


def test_scores_become_probabilities_along_the_knots():
    weights = {"calibration": {"confidence": [[0, 0], [0.5, 0.9], [1, 1]]}}
    assert calibrated(np.array([0.25, 0.5, 1.0]), weights).tolist() == [0.45, 0.9, 1]
    assert calibrated(np.array([0.25]), {}).tolist() == [0.25]


def test_a_word_in_doubt_is_no_digit():
    found = line(4, 4, 4)
    found.boxes[:] = [(40, 50, 120, 40), (140, 50, 30, 40), (200, 50, 60, 40)]
    confidence = np.array([0.1, 0.9, 0.1])
    assert printed(found, confidence, [[0, 1, 2]]) == [[1, 2]]

import numpy as np
import pytest

from digitnet.reading.bars import false_ones
from tests.reading.conftest import marks

ALL = np.ones(3, bool)


def found(*boxes, digits=(1, 2, 1)):
    rows = zip(boxes, digits, strict=False)
    return marks(*[(0.9, *box, digit) for box, digit in rows])


def page(*boxes, inverted=False):
    """The ink of boxes, 100 x 300 pixels."""
    grey = np.full((100, 300), 220, np.uint8)
    for x, y, width, height in boxes:
        grey[max(0, int(y - height / 2)) : int(y + height / 2), max(0, int(x - width / 2)) :][
            :, : int(width)
        ] = 40
    return 255 - grey if inverted else grey


def none(*boxes, digits=(1, 2, 1), ink=None, **kind):
    """Which of the marks are no ones."""
    grey = page(*(boxes if ink is None else ink), **kind)
    return false_ones(found(*boxes, digits=digits), ALL[: len(boxes)], grey).tolist()


LOW = (60, 50, 20, 40)


def test_a_bar_at_the_side_is_the_tables_edge():
    assert none((6, 50, 12, 98), LOW) == [True, False]
    assert none((294, 50, 12, 98), LOW) == [True, False]
    assert none((15, 50, 12, 98), LOW) == [False, False]
    assert none((6, 50, 12, 98)) == [False]  # a one alone


def test_a_bar_at_the_side_is_a_digit_where_the_others_are_as_high():
    assert (
        none((6, 50, 12, 99), (60, 50, 50, 97), (294, 50, 12, 99), digits=(1, 8, 1)) == [False] * 3
    )


def test_only_a_straight_bar_is_an_edge():
    boxes = (25, 50, 50, 99), (120, 50, 20, 40), (275, 50, 50, 99)
    assert none(*boxes, digits=(8, 2, 7)) == [False] * 3


RULES = (30, 50, 6, 102), (120, 50, 30, 60), (180, 50, 6, 102)


@pytest.mark.parametrize("inverted", [False, True])
def test_several_bars_through_the_picture_are_ruled_lines(inverted):
    assert none(*RULES, inverted=inverted) == [True, False, True]


def test_one_bar_alone_or_beside_digits_as_high_is_a_one():
    assert none(*RULES[:2]) == [False, False]
    high = (120, 50, 30, 85)
    assert none(RULES[0], high, RULES[2]) == [False] * 3
    assert none(RULES[0], RULES[2], digits=(1, 1)) == [True, True]


@pytest.mark.parametrize("margin", [1, 4])
def test_bars_with_paper_above_or_below_are_ones(margin):
    first, digit, last = RULES
    ink = (30, 50 + margin, 6, 100), digit, (180, 50 - margin, 6, 100)
    assert none(first, digit, last, ink=ink) == [False] * 3


def test_what_is_not_likely_is_no_bar():
    assert not false_ones(found(*RULES), np.zeros(3, bool), page(*RULES)).any()
    assert not len(false_ones(marks(), ALL[:0], page()))

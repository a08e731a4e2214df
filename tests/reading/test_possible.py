import numpy as np

from digitnet.reading import Digit, Reading, TextLine
from digitnet.reading.possible import possible
from tests.reading.conftest import marks

SHARES = tuple(0.91 if digit == 7 else 0.01 for digit in range(10))


def reading(*lines: int) -> Reading:
    """Lines of so many digits."""
    digit = Digit((0, 0, 1, 1), True, SHARES, 0.9)
    return Reading(tuple(TextLine((digit,) * count) for count in lines), 100, 100)


def test_a_lines_own_marks_and_faint_ones_between_them():
    found = marks(
        (0.9, 10, 50, 10, 20, 4),
        (0.9, 50, 52, 10, 20, 1),
        (0.3, 30, 51, 10, 20, 2),  # faint, in the line
        (0.3, 30, 90, 10, 20, 3),  # below it
        (0.3, 30, 51, 2, 4, 5),  # a speck
        (0.3, 150, 51, 10, 20, 6),  # far beside it
    )
    (line,) = possible(reading(2), found.boxes[:2], found, {})
    assert line.shape == (3, 10)
    assert line.argmax(axis=1).tolist() == [4, 2, 1]
    assert line[1].sum() < 0.5 < line[0].sum() <= 1


def test_a_mark_of_another_line_stays_there():
    found = marks((0.9, 10, 50, 10, 20, 4), (0.9, 30, 50, 10, 20, 1), (0.9, 45, 55, 10, 20, 9))
    first, second = possible(reading(2, 1), found.boxes, found, {})
    assert (first.argmax(axis=1).tolist(), second.argmax(axis=1).tolist()) == ([4, 1], [9])


def test_where_nothing_was_read_faint_marks_are_lines():
    found = marks((0.4, 10, 50, 10, 20, 4), (0.4, 30, 50, 10, 20, 1), (0.1, 50, 50, 10, 20, 1))
    (line,) = possible(reading(), found.boxes[:0], found, {})
    assert line.argmax(axis=1).tolist() == [4, 1, 1]
    assert possible(reading(), found.boxes[:0], found[:0], {}) == []


def test_one_digit_is_one_mark():
    ((shares,),) = possible(reading(1), marks().boxes, marks(), {}, one=True)
    assert shares.argmax() == 7
    assert np.isclose(shares[7], 0.9)
    assert shares.sum() <= 1
    assert possible(reading(), marks().boxes, marks(), {}, one=True) == []

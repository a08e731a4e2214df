import numpy as np
import pytest

from digitnet.reading.layout import one_digit, page_lines, spaces
from digitnet.reading.network import Scores
from digitnet.reading.segment import Look
from digitnet.reading.strokes import Stroke, Strokes


def strokes_of(*boxes):
    """Filled boxes as strokes, the largest first, as they are found."""
    labels = np.zeros((200, 400), np.int32)
    strokes = []
    for label, (x, y, width, height) in enumerate(boxes, start=1):
        labels[y : y + height, x : x + width] = label
        strokes.append(Stroke((x, y, width, height), width * height, (label,)))
    strokes.sort(key=lambda stroke: -stroke.area)
    return Strokes((labels > 0).astype(np.float32), labels, strokes)


def look_with(evidence):
    """A network that says `evidence(stroke)` of each stroke."""

    def look(some):
        scores = np.array([evidence(stroke) for stroke in some], np.float32)
        return Scores(np.full((len(some), 10), 0.1, np.float32), scores)

    return Look(digits=look, strips=lambda some: pytest.fail("nothing here is cut"))


ALL_ALIKE = look_with(lambda stroke: 3.0)


def test_a_blank_has_no_digit():
    assert one_digit(strokes_of(), ALL_ALIKE) == []
    assert page_lines(strokes_of(), ALL_ALIKE) == []


def test_a_bar_beside_a_digit_belongs_to_it():
    strokes = strokes_of((100, 50, 40, 60), (142, 50, 20, 6))
    ((digit,),) = one_digit(strokes, ALL_ALIKE)
    assert digit.stroke.box == (100, 50, 62, 60)


def test_a_bar_that_makes_it_no_digit_is_left_out():
    strokes = strokes_of((100, 50, 40, 60), (142, 50, 20, 6))
    look = look_with(lambda stroke: 3.0 if len(stroke.labels) == 1 else -3.0)
    ((digit,),) = one_digit(strokes, look)
    assert digit.stroke.box == (100, 50, 40, 60)


@pytest.mark.parametrize("other", [(300, 50, 20, 20), (100, 180, 40, 10), (150, 60, 3, 3)])
def test_what_lies_far_away_or_is_a_speck_is_left_out(other):
    ((digit,),) = one_digit(strokes_of((100, 50, 40, 60), other), ALL_ALIKE)
    assert digit.stroke.box == (100, 50, 40, 60)


def test_a_line_is_read_from_left_to_right_with_its_gap():
    boxes = [(20 + 40 * index + 80 * (index > 2), 50, 20, 50) for index in range(5)]
    ((*line,),) = page_lines(strokes_of(*boxes[::-1]), ALL_ALIKE)
    assert [digit.stroke.left for digit in line] == [20, 60, 100, 220, 260]
    assert spaces([digit.stroke for digit in line]) == {3}


def test_specks_are_no_line():
    strokes = strokes_of((50, 50, 20, 50), (90, 50, 20, 50), (300, 150, 4, 4))
    (line,) = page_lines(strokes, ALL_ALIKE)
    assert len(line) == 2


def test_two_digits_have_no_groups():
    assert spaces([Stroke((0, 0, 10, 20), 100, (1,)), Stroke((300, 0, 10, 20), 100, (2,))]) == set()


PIECES = [(200, 50, 20, 14), (202, 68, 16, 14), (200, 86, 20, 14)]  # of a digit as high as others
WHOLE = [(20, 50, 25, 50), (70, 50, 25, 50), (120, 50, 25, 50)]


def test_a_digit_in_pieces_far_from_others_is_one():
    look = look_with(lambda stroke: 3.0 if stroke.height == 50 else -3.0)
    (line,) = page_lines(strokes_of(*WHOLE, *PIECES), look)
    assert [found.stroke.box for found in line] == [*WHOLE, (200, 50, 20, 50)]


def test_pieces_that_are_no_digit_together_are_not_joined():
    look = look_with(lambda stroke: 3.0 if stroke.height == 50 and len(stroke.labels) == 1 else -3)
    (line,) = page_lines(strokes_of(*WHOLE, *PIECES), look)
    assert [found.stroke.box for found in line] == WHOLE

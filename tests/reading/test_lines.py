import math

import numpy as np
import pytest

from digitnet.reading.lines import find_lines, quarter_turns, skew, spaces
from tests.reading.conftest import marks


def grid(rows: int, columns: int, degrees: float = 0, pitch: tuple[int, int] = (40, 90)):
    """Boxes of 24 x 40 pixels in rows, turned as a page is: float32 [N, 4]."""
    angle = math.radians(degrees)
    x, y = np.meshgrid(100 + np.arange(columns) * pitch[0], 300 + np.arange(rows) * pitch[1])
    turned = (
        x * math.cos(angle) - y * math.sin(angle),
        x * math.sin(angle) + y * math.cos(angle),
    )
    boxes = np.stack([*turned, np.full(x.shape, 24), np.full(x.shape, 40)], axis=-1)
    return boxes.reshape(-1, 4).astype(np.float32)


@pytest.mark.parametrize("degrees", [-15, -10, -3, 0, 4, 11, 15])
def test_lines_of_a_turned_page_in_reading_order(degrees):
    boxes = grid(4, 9, degrees)
    mixed = np.random.default_rng(1).permutation(len(boxes))
    lines = find_lines(boxes[mixed])
    assert [[int(mixed[i]) for i in line] for line in lines] == [
        [9 * row + column for column in range(9)] for row in range(4)
    ]
    assert math.degrees(skew(boxes)) == pytest.approx(degrees, abs=1.5)


def test_a_column_of_digits_is_as_many_lines():
    assert find_lines(grid(5, 1)) == [[0], [1], [2], [3], [4]]


def test_digits_up_and_down_in_the_boxes_of_a_form_are_one_line():
    boxes = grid(2, 6, pitch=(90, 110))
    boxes[:, 1] += np.tile([14, 14, -16, 0, -14, 12], 2)
    assert find_lines(boxes) == [[0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11]]


def test_lines_that_stand_close_stay_two():
    assert [len(line) for line in find_lines(grid(2, 6, pitch=(40, 44)))] == [6, 6]


def test_a_small_and_a_large_mark_join_the_line_they_stand_in():
    boxes = grid(3, 6)
    boxes[3, 3], boxes[8, 2:] = 18, (50, 95)
    assert [len(line) for line in find_lines(boxes)] == [6, 6, 6]


def test_lines_whose_marks_stand_below_each_other_are_two_however_close():
    assert [len(line) for line in find_lines(grid(2, 6, pitch=(40, 28)))] == [6, 6]


def test_nothing_is_no_line():
    assert find_lines(np.zeros((0, 4), np.float32)) == []


def test_a_gap_far_wider_than_the_others_parts_groups():
    boxes = grid(1, 6)
    boxes[3:, 0] += 60
    assert spaces(boxes) == {3}
    assert spaces(boxes[:2]) == frozenset()


def test_columns_are_groups_however_few_their_digits_are():
    boxes = grid(1, 3)
    boxes[1:, 0] += 100
    boxes[2:, 0] += 100
    assert spaces(boxes) == {1, 2}
    assert spaces(boxes[:2]) == {1}


@pytest.mark.parametrize("turn", range(4))
def test_the_page_decides_which_way_up_it_is(turn):
    rows = [(0.9, 40 * n, 50, 24, 40, n) for n in range(5)]
    assert quarter_turns(marks(*rows, turn=turn)) == turn
    assert quarter_turns(marks(rows[0], turn=turn)) == 0  # a 6 may be a 9
    assert quarter_turns(marks(*[(0.1, *row[1:]) for row in rows], turn=turn)) == 0

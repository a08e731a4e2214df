import math

import pytest

from digitnet.reading.lines import find_lines, skew
from digitnet.reading.strokes import Stroke


def grid(rows: int, columns: int, degrees: float, pitch: tuple[int, int] = (40, 90)):
    """Strokes of 24 x 40 pixels in rows, turned as a page is; labels tell row and column."""
    angle = math.radians(degrees)
    strokes = []
    for row in range(rows):
        for column in range(columns):
            x, y = 100 + column * pitch[0], 300 + row * pitch[1]
            turned_x = x * math.cos(angle) - y * math.sin(angle)
            turned_y = x * math.sin(angle) + y * math.cos(angle)
            box = (round(turned_x) - 12, round(turned_y) - 20, 24, 40)
            strokes.append(Stroke(box, 300, (row * 100 + column,)))
    return strokes


@pytest.mark.parametrize("degrees", [-15, -10, -3, 0, 4, 11, 15])
def test_lines_of_a_turned_page_in_reading_order(degrees):
    strokes = grid(4, 9, degrees)
    lines = find_lines(strokes[::-1], 40)
    labels = [[s.labels[0] for s in line.strokes] for line in lines]
    assert labels == [[row * 100 + column for column in range(9)] for row in range(4)]
    assert math.degrees(skew(strokes, 40)) == pytest.approx(degrees, abs=1.5)


def test_a_column_of_digits_is_as_many_lines():
    lines = find_lines(grid(5, 1, 0), 40)
    assert [line.strokes[0].labels for line in lines] == [(0,), (100,), (200,), (300,), (400,)]


def test_a_broken_digit_does_not_break_its_line():
    strokes = grid(1, 6, 3)
    x, y = strokes[2].left, strokes[2].top
    halves = [Stroke((x, y - 1, 24, 17), 150, (71,)), Stroke((x, y + 23, 24, 17), 150, (72,))]
    (line,) = find_lines([*strokes[:2], *strokes[3:], *halves], 40)
    assert len(line.strokes) == 7


def test_specks_far_from_digits_are_dropped_and_near_ones_kept():
    strokes = grid(1, 3, 0)
    near = Stroke((strokes[0].left + 4, strokes[0].top - 9, 12, 5), 50, (7,))
    far = Stroke((400, 40, 5, 5), 20, (8,))
    (line,) = find_lines([*strokes, near, far], 40)
    labels = [s.labels for s in line.strokes]
    assert (7,) in labels
    assert (8,) not in labels

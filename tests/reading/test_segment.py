import numpy as np
import pytest

from digitnet.reading.lines import Line
from digitnet.reading.network import Scores
from digitnet.reading.segment import Look, segment
from digitnet.reading.strokes import Stroke, Strokes
from digitnet.reading.touching import BLANK, StripScores
from tests.reading.conftest import rings, strokes_of

HEIGHT = 40


def strip(stroke, *columns):
    """What the second network says where it sees a zero at each of these columns of a picture."""
    log_probs = np.full((stroke.width // 2, 12), np.log(0.001), np.float32)
    log_probs[:, BLANK] = np.log(0.989)
    for column in columns:
        frame = (column - stroke.left) // 2
        log_probs[frame] = np.log(0.001)
        log_probs[frame, 0] = np.log(0.989)
    return StripScores(log_probs, stroke.left, 0.5)


def read_as(good, *columns):
    """Networks that take `good(stroke)` for a digit, and see zeros at these columns of strips."""

    def read(some):
        evidence = np.array([8.0 if good(stroke) else -8.0 for stroke in some], np.float32)
        shares = np.full((len(some), 10), 0.001, np.float32)
        shares[:, 0] = 0.991
        return Scores(shares, evidence)

    return Look(digits=read, strips=lambda some: [strip(stroke, *columns) for stroke in some])


def as_wide_as_a_ring(stroke):
    return 28 <= stroke.width <= 40


def test_rings_that_touch_are_cut_where_they_touch():
    strokes = strokes_of(rings(40, 74))
    look = read_as(as_wide_as_a_ring, 40, 74)
    ((left, right),) = segment(strokes, [Line(strokes.strokes, HEIGHT)], look)
    assert abs(left.stroke.right - 57) <= 5
    assert abs(right.stroke.left - 57) <= 5


def test_the_strip_decides_how_many_where_no_part_looks_like_a_digit():
    strokes = strokes_of(rings(40, 74))
    look = read_as(lambda stroke: False, 40, 74)
    ((left, right),) = segment(strokes, [Line(strokes.strokes, HEIGHT)], look)
    assert left.stroke.left < right.stroke.left
    for found in (left, right):
        assert found.in_strip[:10].argmax() == 0


def test_what_is_a_digit_as_a_whole_stays_whole():
    strokes = strokes_of(rings(40, 74))
    look = read_as(lambda stroke: stroke.width > 60, 57)
    ((whole,),) = segment(strokes, [Line(strokes.strokes, HEIGHT)], look)
    assert whole.stroke.box == strokes.strokes[0].box


@pytest.mark.parametrize(("distance", "digits"), [(2, 1), (60, 2)])
def test_a_fives_bar_joins_it_where_it_is_near(distance, digits):
    labels = np.zeros((80, 160), np.int32)
    labels[20:60, 20:44] = 1
    labels[20:26, 44 + distance : 60 + distance] = 2
    strokes = [
        Stroke((20, 20, 24, 40), 960, (1,)),
        Stroke((44 + distance, 20, 16, 6), 96, (2,)),
    ]
    (found,) = segment(
        Strokes((labels > 0).astype(np.float32), labels, strokes),
        [Line(strokes, HEIGHT)],
        read_as(lambda stroke: len(stroke.labels) == 2 or stroke.labels == (1,)),
    )
    # Far away it is left out: it is far smaller than a digit, and no digit.
    assert [digit.stroke.labels for digit in found] == ([(1, 2)] if digits == 1 else [(1,)])


def test_several_lines_are_read_in_one_batch():
    strokes = strokes_of(rings(40, 74))
    calls = []

    def read(some):
        calls.append(len(some))
        return look.digits(some)

    look = read_as(as_wide_as_a_ring, 40, 74)
    line = Line(strokes.strokes, HEIGHT)
    assert len(segment(strokes, [line, line], Look(read, look.strips))) == 2
    assert len(calls) <= 2  # all strokes and all runs; not once a line


def test_a_page_of_separate_digits_is_not_cut(monkeypatch):
    """Digits that the network is sure of are left whole, however many there are."""
    strokes = strokes_of(rings(40))
    line = Line(strokes.strokes, HEIGHT)
    monkeypatch.setattr("digitnet.reading.segment.cut_apart", pytest.fail)
    (found,) = segment(strokes, [line], read_as(as_wide_as_a_ring))
    assert [digit.stroke for digit in found] == strokes.strokes
    assert not found[0].in_strip.any()

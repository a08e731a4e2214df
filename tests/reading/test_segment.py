import numpy as np
import pytest

from digitnet.reading.lines import Line
from digitnet.reading.network import Scores
from digitnet.reading.segment import segment
from digitnet.reading.strokes import Stroke, Strokes
from tests.reading.conftest import rings, strokes_of

HEIGHT = 40


def read_as(good):
    """A network that takes `good(stroke)` for a digit and nothing else."""

    def read(some):
        evidence = np.array([8.0 if good(stroke) else -8.0 for stroke in some], np.float32)
        shares = np.full((len(some), 10), 0.001, np.float32)
        shares[:, 0] = 0.991
        return Scores(shares, evidence)

    return read


def as_wide_as_a_ring(stroke):
    return 28 <= stroke.width <= 40


def test_rings_that_touch_are_cut_where_they_touch():
    strokes = strokes_of(rings(40, 74))
    ((left, right),) = segment(strokes, [Line(strokes.strokes, HEIGHT)], read_as(as_wide_as_a_ring))
    assert abs(left.right - 57) <= 5
    assert abs(right.left - 57) <= 5


def test_what_is_a_digit_as_a_whole_stays_whole():
    strokes = strokes_of(rings(40, 74))
    ((whole,),) = segment(strokes, [Line(strokes.strokes, HEIGHT)], read_as(lambda s: s.width > 60))
    assert whole.box == strokes.strokes[0].box


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
    assert [stroke.labels for stroke in found] == ([(1, 2)] if digits == 1 else [(1,)])


def test_several_lines_are_read_in_one_batch():
    strokes = strokes_of(rings(40, 74))
    calls = []

    def read(some):
        calls.append(len(some))
        return read_as(as_wide_as_a_ring)(some)

    line = Line(strokes.strokes, HEIGHT)
    assert len(segment(strokes, [line, line], read)) == 2
    assert len(calls) <= 3  # all strokes, all runs, and all of finer cuts; not once a line


def test_a_page_of_separate_digits_is_not_cut(monkeypatch):
    """Digits that the network is sure of are left whole, however many there are."""
    strokes = strokes_of(rings(40))
    line = Line(strokes.strokes, HEIGHT)
    monkeypatch.setattr("digitnet.reading.segment.cut_apart", pytest.fail)
    (found,) = segment(strokes, [line], read_as(as_wide_as_a_ring))
    assert found == strokes.strokes

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitnet.training.finder import model as finder
from digitnet.training.pages import targets as module
from digitnet.training.pages.targets import NO_DIGIT, STRIDE, make_targets

CELLS = 16
PIXELS = CELLS * STRIDE
NO_VAGUE = np.zeros((0, 4), np.float32)


def of(*marks, vague=(), turn=0):
    """marks: (x, y, width, height, class) and perhaps the share hidden."""
    rows = [mark if len(mark) == 6 else (*mark, 0) for mark in marks]
    return make_targets(
        np.array(rows, np.float32).reshape(-1, 6),
        np.array(vague, np.float32).reshape(-1, 4),
        PIXELS,
        turn,
    )


def told(targets, row, column):
    """The mark that a cell tells of: middle x and y, width and height, pixels."""
    dx, dy, width, height = targets.boxes[:, row, column].astype(float)
    middle = ((column + 0.5 + dx) * STRIDE, (row + 0.5 + dy) * STRIDE)
    return (*middle, math.exp(width) * module.SIDE, math.exp(height) * module.SIDE)


def peaks(heat):
    """Cells that no neighbour reaches."""
    around = np.pad(heat, 1)
    others = [
        around[1 + y : 1 + y + CELLS, 1 + x : 1 + x + CELLS]
        for y in (-1, 0, 1)
        for x in (-1, 0, 1)
        if (x, y) != (0, 0)
    ]
    return np.argwhere((heat > 0.5) & (heat > np.max(others, axis=0))).tolist()


def test_shapes_and_the_network_agree():
    targets = of((30, 30, 12, 20, 4), turn=3)
    assert targets.heat.shape == targets.heat_weight.shape == (CELLS, CELLS)
    assert targets.classes.shape == (CELLS, CELLS)
    assert targets.boxes.shape == (4, CELLS, CELLS)
    assert targets.heat.dtype == targets.heat_weight.dtype == targets.boxes.dtype == np.float32
    assert targets.classes.dtype == np.int64
    assert targets.turn == 3
    assert (module.STRIDE, module.SIDE) == (finder.STRIDE, finder.SIDE)
    assert NO_DIGIT == finder.CLASSES - 1


def test_an_empty_tile_asks_for_nothing_everywhere():
    targets = of()
    assert not targets.heat.any()
    assert (targets.heat_weight == 1).all()
    assert (targets.classes == -1).all()


@given(
    x=st.floats(12, PIXELS - 12, width=32),
    y=st.floats(12, PIXELS - 12, width=32),
    width=st.floats(3, 24, width=32),
    height=st.floats(3, 24, width=32),
    label=st.integers(0, 10),
)
def test_the_middle_cell_is_hot_and_near_cells_tell_the_mark_exactly(x, y, width, height, label):
    targets = of((x, y, width, height, label))
    (row, column), *others = peaks(targets.heat)
    assert not others
    assert targets.heat[row, column] == 1
    assert targets.heat_weight[row, column] == 1
    assert abs((column + 0.5) * STRIDE - x) <= STRIDE / 2 + 1e-3
    assert abs((row + 0.5) * STRIDE - y) <= STRIDE / 2 + 1e-3
    near = np.argwhere(targets.classes >= 0)
    assert [row, column] in near.tolist()
    for cell in near:
        assert targets.classes[tuple(cell)] == label
        assert told(targets, *cell) == pytest.approx((x, y, width, height), abs=0.01)
    assert np.array_equal(targets.classes >= 0, targets.heat > 0.2)


def test_the_bell_falls_off_and_is_wider_for_a_larger_mark():
    small, large = of((30, 30, 8, 8, 1)).heat, of((30, 30, 56, 56, 1)).heat
    assert small[7].max() == 1
    assert (np.diff(small[7, 7:12]) <= 0).all()
    assert small[7, 8] < large[7, 8] < 1


def test_narrow_marks_that_touch_stay_two():
    targets = of((26, 30, 8, 24, 1), (34, 30, 8, 24, 7))
    assert peaks(targets.heat) == [[7, 6], [7, 8]]
    assert targets.classes[7, 6] == 1
    assert targets.classes[7, 8] == 7
    assert told(targets, 7, 6)[0] == pytest.approx(26)
    assert told(targets, 7, 8)[0] == pytest.approx(34)


def test_between_two_marks_a_cell_tells_of_the_nearer_one_in_any_order():
    marks = [(122, 130, 56, 56, 3, 0), (134, 130, 56, 56, 8, 0)]
    for order in (marks, marks[::-1]):
        targets = make_targets(np.array(order, np.float32), NO_VAGUE, 4 * PIXELS)
        assert targets.classes[32, 29:35].tolist() == [3, 3, 3, 8, 8, 8]
        assert told(targets, 32, 31)[0] == pytest.approx(122, abs=0.01)
        assert told(targets, 32, 32)[0] == pytest.approx(134, abs=0.01)


def test_a_hidden_mark_asks_for_nothing():
    hidden, empty = of((30, 30, 12, 20, 4, 0.95)), of()
    for name in ("heat", "heat_weight", "classes"):
        assert np.array_equal(getattr(hidden, name), getattr(empty, name))


def test_of_a_half_hidden_mark_nothing_is_asked_either_way():
    targets = of((30, 30, 12, 20, 4, 0.5))
    assert not targets.heat.any()
    assert (targets.classes == -1).all()
    assert not targets.heat_weight[5:10, 6:9].any()
    assert targets.heat_weight[:5].all()
    assert targets.heat_weight[:, 9:].all()


@pytest.mark.parametrize(("x", "asked", "free"), [(5, True, True), (0, False, False), (-9, 0, 1)])
def test_a_mark_cut_by_the_edge_counts_as_what_is_left_of_it(x, asked, free):
    targets = of((x, 30, 10, 20, 4))
    assert (targets.heat.max() == 1) == bool(asked)
    assert bool(targets.heat_weight.all()) == bool(free)


def test_beside_a_cut_mark_a_whole_one_is_still_asked_for():
    targets = of((30, 30, 40, 40, 4, 0.5), (30, 30, 8, 12, 7))
    assert targets.heat_weight[7, 7] == 1
    assert targets.heat[7, 7] == 1
    assert targets.classes[7, 7] == 7


def test_vague_places_are_no_digit_and_no_heat_is_asked():
    targets = of(vague=[(9, 17, 30, 40)])
    part = np.s_[4:10, 2:8]
    assert (targets.classes[part] == NO_DIGIT).all()
    assert not targets.heat_weight[part].any()
    outside = np.ones((CELLS, CELLS), bool)
    outside[part] = False
    assert (targets.classes[outside] == -1).all()
    assert targets.heat_weight[outside].all()


@given(st.lists(st.floats(-300, 300, width=32), min_size=4, max_size=4))
def test_vague_places_may_lie_anywhere(edges):
    left, right = sorted(edges[:2])
    top, bottom = sorted(edges[2:])
    targets = of(vague=[(left, top, right, bottom)])
    middles = (np.arange(CELLS) + 0.5) * STRIDE
    inside = (middles > top) & (middles < bottom)
    inside = inside[:, None] & (middles > left) & (middles < right)
    assert not targets.heat_weight[inside].any()
    assert targets.heat_weight.sum() >= CELLS**2 - math.prod(
        max(0, min(CELLS, math.ceil(high / STRIDE)) - max(0, math.floor(low / STRIDE)))
        for low, high in ((left, right), (top, bottom))
    )


def test_a_mark_within_a_vague_place_is_asked_for():
    targets = of((30, 30, 12, 20, 4), vague=[(0, 0, 64, 64)])
    assert targets.heat_weight[7, 7] == 1
    assert targets.classes[7, 7] == 4


def test_in_a_turned_tile_no_class_is_asked_but_all_else_is():
    marks, vague = [(30, 30, 12, 20, 4)], [(50, 50, 60, 60)]
    turned, upright = of(*marks, vague=vague, turn=1), of(*marks, vague=vague)
    assert (turned.classes == -1).all()
    for name in ("heat", "heat_weight", "boxes"):
        assert np.array_equal(getattr(turned, name), getattr(upright, name))

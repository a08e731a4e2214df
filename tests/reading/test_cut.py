from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from digitnet.reading.cut import cheapest_paths, cut_apart
from digitnet.reading.strokes import Stroke, join
from tests.reading.conftest import rings, strokes_of

HEIGHT = 40


def cut(strokes, height=HEIGHT):
    return [piece.stroke for piece in cut_apart(strokes, strokes.strokes[0], height)]


def test_a_path_runs_where_two_rings_touch():
    paths = cheapest_paths(rings(40, 74), HEIGHT)
    crossing = [path for path in paths if abs(path[30] - 57) <= 2]
    assert len(crossing) == 1


@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.integers(1, 90))
def test_paths_lie_in_the_ink_step_by_step_and_in_order(seed, rows, columns):
    noise = np.random.default_rng(seed).random((rows, columns))
    paths = cheapest_paths(noise > 0.8, rows)
    for path in paths:
        assert path.shape == (rows,)
        assert (path >= 0).all()
        assert (path < columns).all()
        assert (abs(np.diff(path)) <= 1).all()
    for left, right in pairwise(paths):
        assert (left <= right).all()


def test_parts_make_up_the_stroke():
    strokes = strokes_of(rings(40, 72, 106))
    stroke = strokes.strokes[0]
    pieces = cut(strokes)
    assert len(pieces) > 1
    assert join(pieces).box == stroke.box
    assert sum(piece.area for piece in pieces) > stroke.area
    assert [p.left for p in pieces] == sorted(p.left for p in pieces)
    for piece in pieces:
        assert np.isin(strokes.labels, piece.labels).sum() == piece.area


def test_a_piece_knows_the_column_of_its_cut():
    strokes = strokes_of(rings(40, 74))
    first, *others = cut_apart(strokes, strokes.strokes[0], HEIGHT)
    assert first.start == -np.inf
    assert min(abs(piece.start - 57) for piece in others) <= 3


@given(st.integers(0, 2**32 - 1), st.integers(2, 12), st.integers(2, 24))
def test_something_is_left_of_any_stroke(seed, rows, columns):
    mask = np.random.default_rng(seed).random((rows, columns)) > 0.4
    mask[0, 0] = True
    strokes = strokes_of(mask)
    whole = strokes.strokes[0]
    pieces = cut_apart(strokes, whole, 4)
    assert pieces[0].start == -np.inf
    assert all(np.isin(strokes.labels, piece.stroke.labels).any() for piece in pieces)


def test_a_solid_blot_offers_no_cut():
    mask = np.zeros((60, 160), bool)
    mask[10:50, 40:100] = True
    strokes = strokes_of(mask)
    assert cut(strokes) == [strokes.strokes[0]]


def test_a_stroke_that_fills_its_box():
    mask = np.zeros((60, 160), bool)
    mask[20:23, 20:140] = True
    strokes = strokes_of(mask)
    pieces = cut(strokes)
    assert join(pieces).box == strokes.strokes[0].box


def test_ink_at_a_cut_belongs_to_both_sides():
    """Two rings share a wall; each is still closed by itself."""
    strokes = strokes_of(rings(40, 72))
    pieces = cut(strokes)
    for centre in (40, 72):
        others = [p for p in pieces if p.left - 2 <= centre + 16 and p.right + 2 >= centre - 16]
        ring = join([p for p in others if abs((p.left + p.right) / 2 - centre) < 17])
        assert ring.left <= centre - 15
        assert ring.right >= centre + 15


def test_large_digits_are_cut_where_small_ones_are():
    small = rings(40, 74)
    large = np.kron(small, np.ones((6, 6), bool))
    found = [cut(s, h) for s, h in
             ((strokes_of(small), HEIGHT), (strokes_of(large), 6 * HEIGHT))]  # fmt: skip
    edges = [[p.left / by for p in pieces] for pieces, by in zip(found, (1, 6), strict=True)]
    assert min(abs(edge - 57) for edge in edges[0]) <= 4
    assert min(abs(edge - 57) for edge in edges[1]) <= 4


def test_parts_of_two_strokes_share_no_label():
    two = strokes_of(rings(30, 62, 104, 136))
    two.labels[:, 83:] *= 2
    (x, y, width, height), area = two.strokes[0].box, two.strokes[0].area
    left = Stroke((x, y, 83 - x, height), area // 2, (1,))
    right = Stroke((83, y, x + width - 83, height), area // 2, (2,))
    labels = [
        {label for piece in cut_apart(two, stroke, HEIGHT) for label in piece.stroke.labels}
        for stroke in (left, right)
    ]
    assert labels[0]
    assert not labels[0] & labels[1]

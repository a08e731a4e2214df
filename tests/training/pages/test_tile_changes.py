"""Tiles turned, moved, cropped, varied: the marks go with the pixels."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitnet.training.pages.tile import (
    SIDE,
    Tile,
    border_grey,
    cropped,
    moved,
    turned,
    varied,
    worn,
)
from tests.training.pages.same_tile import same


def a_tile(*marks, vague=(), seed=0):
    """Noise, different everywhere, with marks (x, y, width, height, class, share hidden)."""
    grey = np.random.default_rng(seed).integers(0, 256, (SIDE, SIDE), dtype=np.uint8)
    rows = np.array(marks, np.float32).reshape(-1, 6)
    return Tile(grey, rows, np.array(vague, np.float32).reshape(-1, 4))


def painted(*marks):
    """White tiles whose marks are black blocks: what moves the marks must move these."""
    grey = np.full((SIDE, SIDE), 255, np.uint8)
    for x, y, width, height, _, _ in marks:
        rows = slice(round(y - height / 2), round(y + height / 2))
        grey[rows, round(x - width / 2) : round(x + width / 2)] = 0
    return replace(a_tile(*marks), grey=grey)


def box_of_ink(grey):
    rows, columns = np.nonzero(grey < 128)
    left, right, top, bottom = columns.min(), columns.max() + 1, rows.min(), rows.max() + 1
    return (left + right) / 2, (top + bottom) / 2, right - left, bottom - top


def test_four_quarter_turns_give_the_tile_again():
    tile = a_tile((40, 60, 10, 20, 7, 0.25), (200, 30, 30, 14, 3, 0), vague=[(10, 20, 60, 90)])
    assert same(turned(tile, 4), tile)
    once = tile
    for turns in range(1, 5):
        once = turned(once, 1)
        assert same(once, turned(tile, turns))
        assert once.turn == turns % 4


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_marks_and_vague_places_turn_with_the_pixels(turns):
    mark = (40, 60, 10, 20, 7, 0)
    tile = replace(painted(mark), vague=np.array([(35, 50, 45, 70)], np.float32))
    seen = turned(tile, turns)
    assert np.array_equal(seen.grey, np.rot90(tile.grey, turns))
    box = x, y, width, height = box_of_ink(seen.grey)
    assert tuple(seen.marks[0, :4]) == box
    edges = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
    assert tuple(seen.vague[0]) == edges
    assert seen.marks[0, 4:].tolist() == [7, 0]


@given(dx=st.integers(-300, 300), dy=st.integers(-300, 300), rows=st.sampled_from([2, 3]))
def test_a_shift_moves_boxes_exactly(dx, dy, rows):
    tile = a_tile((40, 60, 10, 20, 7, 0.25), (200, 30, 30, 14, 3, 0), vague=[(10, 20, 60, 90)])
    matrix = np.array([[1, 0, dx], [0, 1, dy], [0, 0, 1]], float)[:rows]
    seen = moved(tile, matrix)
    assert np.array_equal(seen.marks - tile.marks, [[dx, dy, 0, 0, 0, 0]] * 2)
    assert np.array_equal(seen.vague - tile.vague, [[dx, dy, dx, dy]])
    assert np.array_equal(seen.grey, tile.grey)


def test_stretching_and_perspective_move_boxes_as_they_move_points():
    tile = a_tile((40, 60, 10, 20, 7, 0))
    stretched = moved(tile, np.array([[2.0, 0, 0], [0, 0.5, 0]])).marks[0, :4]
    assert stretched == pytest.approx([80, 30, 20, 10])
    perspective = np.array([[1, 0, 0], [0, 1, 0], [1e-3, 0, 1]])
    smaller = moved(tile, perspective).marks[0, :4]
    assert smaller[:2] == pytest.approx([40 / 1.04, 60 / 1.04])
    assert smaller[3] == pytest.approx(20 / 1.04, rel=0.03)
    assert smaller[2] < 10


def test_a_slant_makes_a_box_wider_by_less_than_its_corners():
    slanted = moved(a_tile((40, 60, 10, 20, 7, 0)), np.array([[1, 0.5, 0], [0, 1.0, 0]])).marks[0]
    assert slanted[:2] == pytest.approx([70, 60])
    assert 10 < slanted[2] < 20
    assert slanted[3] == pytest.approx(20)


def test_moving_nothing_is_nothing():
    seen = moved(a_tile(), np.eye(3))
    assert seen.marks.shape == (0, 6)
    assert seen.vague.shape == (0, 4)


MARKS = [(40, 60, 20, 20, 7, 0), (120, 60, 20, 20, 3, 0.5), (220, 200, 20, 30, 1, 0)]


@pytest.mark.parametrize("marks", [[], MARKS])
def test_cropped_is_a_piece_with_one_grey_around_it(marks):
    """Outside the piece there is the median of its border; inside nothing has changed."""
    changed = 0
    for seed in range(60):
        tile = a_tile(*marks, seed=seed)
        kept = tile.grey.copy()
        seen = cropped(np.random.default_rng(seed), tile)
        assert np.array_equal(tile.grey, kept)
        # The noise is seldom the grey around it: where it is unchanged is the piece.
        unchanged = seen.grey == tile.grey
        top, bottom, left, right = _piece(unchanged)
        piece = tile.grey[top:bottom, left:right]
        assert unchanged[top:bottom, left:right].all()
        outside = np.ones((SIDE, SIDE), bool)
        outside[top:bottom, left:right] = False
        if not outside.any():
            continue
        changed += 1
        assert np.ptp(seen.grey[outside]) == 0
        assert abs(int(seen.grey[outside][0]) - border_grey(piece)) <= 2
        for before, after in zip(tile.marks, seen.marks, strict=True):
            x, y, width, height, _, hidden = before
            across = min(right, x + width / 2) - max(left, x - width / 2)
            down = min(bottom, y + height / 2) - max(top, y - height / 2)
            share = max(0, across) * max(0, down) / (width * height)
            assert after[:5].tolist() == before[:5].tolist()
            assert after[5] == pytest.approx(1 - (1 - hidden) * share, abs=0.01)
    assert changed > 30


def _piece(unchanged):
    """The rectangle that is unchanged: rows and columns that are so for the most part."""
    shares = np.stack([unchanged.mean(axis=1), unchanged.mean(axis=0)])
    edges = []
    for axis in (0, 1):
        found = np.flatnonzero(shares[axis] > 0.5 * shares[axis].max())
        edges += [int(found[0]), int(found[-1]) + 1]
    return edges


def test_what_is_vague_stays_within_the_piece():
    for seed in range(20):
        tile = a_tile(*MARKS, vague=[(-20, -20, 300, 300)], seed=seed)
        seen = cropped(np.random.default_rng(seed), tile)
        left, top, right, bottom = seen.vague[0]
        assert 0 <= left < right <= SIDE
        assert 0 <= top < bottom <= SIDE
        inside = seen.grey[int(top) : int(bottom), int(left) : int(right)]
        assert np.array_equal(inside, tile.grey[int(top) : int(bottom), int(left) : int(right)])


def test_border_grey_is_the_median_of_the_outermost_pixels():
    grey = np.full((9, 5), 7, np.uint8)
    grey[1:-1, 1:-1] = 200
    assert border_grey(grey) == 7
    grey[:, 0] = grey[0] = 50
    assert border_grey(grey) == 50


def test_varied_moves_marks_with_the_picture():
    """The black block is where its mark says, except the slant's slack; also if inverted."""
    met = 0
    for seed in range(40):
        tile = painted((128, 120, 24, 32, 7, 0))
        kept = tile.marks.copy()
        seen = varied(np.random.default_rng(seed), tile)
        assert np.array_equal(tile.marks, kept)
        assert seen.grey.dtype == np.uint8
        assert seen.marks[0, 4:].tolist() == [7, 0]
        block = seen.grey.astype(int)
        x, y, width, height = seen.marks[0, :4]
        part = np.zeros((SIDE, SIDE), bool)
        part[int(y - height / 4) : int(y + height / 4), int(x - width / 4) : int(x + width / 4)] = 1
        beside = np.zeros((SIDE, SIDE), bool)
        for side in (x - 0.6 * width - 4, x + 0.6 * width):
            beside[int(y - 3) : int(y + 3), int(side) : int(side + 4)] = True
        within, without = block[part], block[beside]
        assert np.ptp(within) < 60
        assert abs(within.mean() - without.mean()) > 60
        assert width == pytest.approx(24, rel=0.35)
        assert height == pytest.approx(32, rel=0.35)
        met += within.mean() > without.mean()
    assert 0 < met < 25  # some are light on dark


def test_what_was_cut_off_stays_half_hidden_when_varied():
    tile = a_tile((4, 60, 20, 20, 7, 0), (4, 160, 20, 20, 7, 0.9), (128, 128, 20, 20, 3, 0))
    for seed in range(10):
        hidden = varied(np.random.default_rng(seed), tile).marks[:, 5]
        assert hidden == pytest.approx([0.5, 0.9, 0])


def test_worn_ink_is_never_more_than_there_was():
    ink = np.random.default_rng(0).random((SIDE, SIDE), np.float32)
    kept, lost = ink.copy(), []
    for seed in range(40):
        seen = worn(np.random.default_rng(seed), ink, 24.0)
        assert seen.dtype == np.float32
        assert seen.min() >= 0
        assert (seen <= ink + 1e-6).mean() > 0.5
        lost.append(1 - seen.mean() / ink.mean())
    assert np.array_equal(ink, kept)
    assert max(lost) > 0.02
    assert min(lost) == pytest.approx(0, abs=1e-6)
    assert max(lost) < 0.6

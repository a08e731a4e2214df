import numpy as np
import pytest

from digitnet.training.pages.arrangement import KINDS, OTHERS
from digitnet.training.pages.boxes import BOXES, RULES
from digitnet.training.pages.camera import CAMERA
from digitnet.training.pages.paper import GROUNDS, INGREDIENTS
from digitnet.training.pages.surroundings import COVERS
from digitnet.training.pages.tile import (
    ASKED,
    LEFT_OUT,
    SIDE,
    make_tile,
)
from tests.training.pages.same_tile import same

# Black ink on one grey, seen straight: where it is, is where the marks must be.
_PLAIN = {"boxes", "rules", "worn ink", "perspective", "crop", "turn", "giant"}
PLAIN = frozenset(_PLAIN.union(OTHERS, BOXES, RULES, CAMERA, GROUNDS, INGREDIENTS, COVERS))


@pytest.mark.slow
def test_a_tile_is_as_documented_and_follows_from_its_seed(ingredients):
    for seed in range(12):
        tile, again = (make_tile(np.random.default_rng(seed), ingredients) for _ in range(2))
        assert same(tile, again)
        assert tile.grey.shape == (SIDE, SIDE)
        assert tile.grey.dtype == np.uint8
        assert tile.marks.dtype == tile.vague.dtype == np.float32
        assert tile.marks.shape[1:] == (6,)
        assert tile.vague.shape[1:] == (4,)
        assert set(tile.marks[:, 4]) <= set(range(11))
        assert ((tile.marks[:, 5] >= 0) & (tile.marks[:, 5] <= 1)).all()
        assert (tile.vague[:, :2] <= tile.vague[:, 2:]).all()
        size = tile.marks[:, 2:4].max(axis=1)
        assert ((size > LEFT_OUT[0]) & (size < LEFT_OUT[1])).all()
        unasked = (size < ASKED[0]) | (size > ASKED[1])
        assert (tile.marks[unasked, 5] == 0.5).all()
        assert 0 <= tile.turn < 4


@pytest.mark.slow
def test_marks_lie_where_the_ink_is(ingredients):
    """On plain paper each box holds ink from edge to edge."""
    met = 0
    for seed in range(30):
        tile = make_tile(np.random.default_rng(seed), ingredients, PLAIN)
        paper = np.bincount(tile.grey.ravel()).argmax()
        ink = np.abs(tile.grey.astype(int) - paper)
        if not len(tile.marks) or len(tile.vague) or ink.max() < 20:
            continue
        for x, y, width, height, label, hidden in tile.marks:
            left, right = x - width / 2, x + width / 2
            top, bottom = y - height / 2, y + height / 2
            if min(left, top) < 2 or max(right, bottom) > SIDE - 2 or hidden:
                continue
            inside = ink[int(top) : int(bottom) + 1, int(left) : int(right) + 1] > 0.25 * ink.max()
            rows, columns = np.nonzero(inside)
            assert len(rows), (seed, label)
            assert columns.min() <= 2
            assert rows.min() <= 2
            assert np.ptp(columns) + 1 >= width - 3
            assert np.ptp(rows) + 1 >= height - 3
            met += 1
    assert met > 60


def test_what_is_left_out_is_not_there(ingredients):
    without = PLAIN | frozenset(KINDS) - {"nothing"} | {"no paper"}
    for seed in range(8):
        tile = make_tile(np.random.default_rng(seed), ingredients, without)
        assert not len(tile.marks)
        assert not len(tile.vague)
        assert np.ptp(tile.grey) == 0
        assert tile.turn == 0


@pytest.mark.slow
def test_some_tiles_are_turned(ingredients):
    without = PLAIN - {"turn"} | frozenset(KINDS) - {"nothing"}
    turns = [make_tile(np.random.default_rng(s), ingredients, without).turn for s in range(120)]
    assert set(turns) == {0, 1, 2, 3}
    assert turns.count(0) > 80

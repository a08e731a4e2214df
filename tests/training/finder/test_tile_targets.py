import numpy as np
import pytest
import torch

from digitnet.training.finder.padded_tiles import MARKS, PaddedTiles, pad
from digitnet.training.finder.tile_targets import make_targets
from digitnet.training.finder.tiles import stack
from digitnet.training.pages import targets
from digitnet.training.pages.tile import SIDE, Tile

NONE = np.zeros((0, 4), np.float32)


def tile(marks, vague=NONE, turn=0):
    grey = np.zeros((SIDE, SIDE), np.uint8)
    marks = np.array(marks, np.float32).reshape(-1, 6)
    return Tile(grey, marks, np.array(vague, np.float32).reshape(-1, 4), turn)


def crowded(seed):
    """Digits of all sizes over and beside each other, at the edges, partly hidden, on words."""
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, 80))
    middles = rng.uniform(-20, SIDE + 20, (count, 2))
    sizes = np.exp(rng.uniform(np.log(1), np.log(90), (count, 2)))
    hidden = rng.random(count) * (rng.random(count) < 0.3)
    marks = np.column_stack([middles, sizes, rng.integers(0, 11, count), hidden])
    low = rng.uniform(-30, SIDE, (3, 2))
    vague = np.column_stack([low, low + rng.uniform(0, 60, (3, 2))])
    return tile(marks, vague, int(rng.integers(4)) * (rng.random() < 0.3))


def same(tiles):
    """Whether every field is what `pages/targets.py` makes of each tile."""
    padded = PaddedTiles.of(pad(tiles))
    got = make_targets(padded.marks, padded.vague, padded.turns, SIDE)
    wanted = stack([targets.make_targets(t.marks, t.vague, SIDE, t.turn) for t in tiles])
    for name, value in vars(wanted).items():
        own = getattr(got, name)
        assert own.shape == value.shape, name
        assert own.dtype == value.dtype, name
        assert torch.allclose(own.double(), value.double(), rtol=0, atol=1e-5), name
    return got


@pytest.mark.parametrize("seed", range(4))
def test_they_are_those_of_one_tile_at_a_time(seed):
    got = same([crowded(10 * seed + index) for index in range(8)])
    assert (got.heat == 1).any()
    assert (got.heat_weight == 0).any()


def test_an_empty_tile_asks_for_nothing():
    got = same([tile([])])
    assert not got.heat.any()
    assert got.heat_weight.all()
    assert (got.classes == -1).all()


def test_of_two_in_one_place_the_first_is_told():
    got = same([tile([(100, 80, 20, 30, 4, 0), (100, 80, 20, 30, 7, 0)])])
    assert set(got.classes.unique().tolist()) == {-1, 4}


def test_marks_that_touch_share_the_cells_between_them():
    got = same([tile([(100, 80, 8, 30, 1, 0), (108, 80, 8, 30, 2, 0), (116, 80, 8, 30, 3, 0)])])
    assert set(got.classes.unique().tolist()) == {-1, 1, 2, 3}


@pytest.mark.parametrize("share", [0.05, 0.15, 0.5, 0.85, 0.95])
def test_a_mark_that_is_partly_seen(share):
    same(
        [tile([(60, 60, 20, 30, 5, 1 - share)]), tile([(10 - 20 * (1 - share), 60, 20, 30, 5, 0)])]
    )


def test_a_word_is_no_digit_but_a_digit_on_it_is():
    got = same([tile([(100, 80, 20, 30, 4, 0)], [(60, 60, 140, 100)])])
    assert set(got.classes.unique().tolist()) == {-1, 4, 10}
    assert got.heat_weight[got.heat == 1].all()


def test_in_a_turned_tile_no_class_is_asked():
    got = same([tile([(100, 80, 20, 30, 4, 0)], [(60, 60, 140, 100)], turn=2)])
    assert (got.classes == -1).all()
    assert got.turns.tolist() == [2]


def test_a_full_tile_is_told_to_the_last_mark():
    marks = [(8 + 15 * (n % 16), 8 + 15 * (n // 16), 12, 14, n % 10, 0) for n in range(MARKS)]
    got = same([tile(marks)])
    assert int((got.heat == 1).sum()) == MARKS

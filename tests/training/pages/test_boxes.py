import numpy as np
import pytest

from digitnet.training.pages.boxes import BOXES, RULES, draw_boxes, draw_rules
from digitnet.training.pages.layer import rotation

SIDE, SIZE = 128, (24.0, 32.0)
CENTRES = np.stack(np.meshgrid([40.0, 64.0, 88.0], [48.0, 80.0]), axis=-1).reshape(-1, 2)


def boxes(seed, kind=None, angle=0.0, centres=CENTRES):
    without = frozenset(BOXES) - {kind} if kind else frozenset()
    return draw_boxes(np.random.default_rng(seed), SIDE, centres, SIZE, angle, 20.0, without)


@pytest.mark.parametrize("kind", BOXES)
def test_each_kind_draws_lines_and_leaves_the_middles_free(kind):
    for seed in range(20):
        layer = boxes(seed, kind)
        assert layer.shape == (SIDE, SIDE)
        assert layer.dtype == np.float32
        assert 0 <= layer.min() < 0.01
        assert 0.3 < layer.max() <= 1
        for x, y in CENTRES.astype(int):
            assert layer[y - 5 : y + 5, x - 5 : x + 5].max() == 0


@pytest.mark.parametrize("kind", BOXES)
def test_boxes_turn_with_the_rows(kind):
    around = SIDE / 2
    turned = (CENTRES - around) @ rotation(0.3).T + around
    for seed in range(10):
        layer = boxes(seed, kind, 0.3, turned)
        for x, y in turned.astype(int):
            assert layer[y - 4 : y + 4, x - 4 : x + 4].max() == 0


def test_a_grid_shares_its_lines():
    """Three touching cells in a row: four upright lines, where rectangles side by side draw
    none twice as thick."""
    crossings = []
    for seed in range(40):
        row = boxes(seed, "grid")[48]
        crossings.append(int((np.diff((row > 0.25).astype(int)) == 1).sum()))
    assert 4 in crossings
    assert max(crossings) <= 4


def test_no_kind_or_no_cell_draws_nothing():
    rng = np.random.default_rng(1)
    assert not draw_boxes(rng, SIDE, CENTRES, SIZE, 0.0, 20.0, frozenset(BOXES)).any()
    assert not draw_boxes(rng, SIDE, np.zeros((0, 2)), SIZE, 0.0, 20.0).any()


@pytest.mark.parametrize("kind", RULES)
def test_each_rule_runs_near_the_writing(kind):
    place = np.array([(64.0, 64.0)])
    for seed in range(20):
        rng = np.random.default_rng(seed)
        layer = draw_rules(rng, SIDE, 16.0, 0.0, place, frozenset(RULES) - {kind})
        assert layer.dtype == np.float32
        assert layer.max() <= 1
        assert layer.any()
        assert layer[61:67, 61:67].max() < 0.3  # not through the digit's middle


def test_the_seed_decides():
    assert np.array_equal(boxes(3), boxes(3))
    assert len({boxes(seed).sum() for seed in range(20)}) == 20
    first, again = (draw_rules(np.random.default_rng(5), SIDE, 20.0, 0.0) for _ in range(2))
    assert np.array_equal(first, again)
    assert not draw_rules(np.random.default_rng(5), SIDE, 20.0, 0.0, None, frozenset(RULES)).any()

import numpy as np
import pytest

from digitnet.training.pages.paper import GROUNDS, INGREDIENTS, make_paper

ALL = frozenset(INGREDIENTS)


def papers(count, without=frozenset(), side=96):
    return [make_paper(np.random.default_rng(s), side, 24.0, 0.05, without) for s in range(count)]


def test_levels_are_grey_and_ink_is_told_apart():
    for paper in papers(200):
        assert paper.level.shape == (96, 96)
        assert paper.level.dtype == np.float32
        assert paper.level.min() >= 0
        assert paper.level.max() <= 255
        assert 0 <= paper.ink <= 255
        assert abs(paper.contrast) >= 20
        assert paper.light_ink == (paper.contrast < 0)


def test_the_seed_decides():
    for first, again in zip(papers(20), papers(20), strict=True):
        assert np.array_equal(first.level, again.level)
        assert first.ink == again.ink


def test_without_ingredients_paper_is_one_grey():
    for paper in papers(50, ALL):
        assert np.ptp(paper.level) == 0
        assert paper.level[0, 0] == pytest.approx(paper.base)


@pytest.mark.slow
@pytest.mark.parametrize("name", INGREDIENTS)
def test_each_ingredient_alone_changes_paper(name):
    changed = [np.ptp(paper.level) > 0 for paper in papers(250, ALL - {name}, side=64)]
    wanted = INGREDIENTS[name][0]
    assert 0 < np.mean(changed) < 2 * wanted + 0.05


@pytest.mark.slow
def test_grounds_can_be_left_out():
    assert any(paper.light_ink for paper in papers(100))
    without = frozenset({"dark", "screen"})
    assert not any(paper.light_ink or paper.screen for paper in papers(100, without))
    with pytest.raises(StopIteration):
        next(p for p in papers(60, frozenset(GROUNDS)) if p.base < 150)  # plain is light


@pytest.mark.slow
def test_a_screen_is_flat():
    flat = [paper for paper in papers(200) if paper.screen]
    assert len(flat) > 10
    assert all(np.ptp(paper.level) == 0 for paper in flat)


def test_draw_goes_towards_the_ink():
    for paper in papers(20, ALL):
        layer = np.zeros_like(paper.level)
        layer[10:20] = 1
        paper.draw(layer, 1.0)
        assert paper.level[15].mean() == pytest.approx(paper.ink, abs=0.01)
        assert paper.level[30].mean() == pytest.approx(paper.base, abs=0.01)


def test_grain_is_well_below_the_ink():
    for paper in papers(100, ALL - {"grain"}):
        assert paper.level.std() < 0.2 * abs(paper.contrast)

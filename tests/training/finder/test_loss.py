from dataclasses import replace

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from digitnet.training.finder.loss import FinderTargets, finder_loss
from digitnet.training.finder.model import CLASSES, MAPS, TURNS
from digitnet.training.finder.tiles import stack
from digitnet.training.pages.targets import NO_DIGIT, make_targets

SIDE, CELLS = 64, 16
ODDS, BOXES, KINDS, TURN = slice(0, 1), slice(1, 5), slice(5, 5 + CLASSES), slice(5 + CLASSES, MAPS)
MARKS = [(14, 20, 10, 20, 3, 0), (30, 20, 10, 20, 7, 0), (50, 46, 14, 18, NO_DIGIT, 0)]


def tile(marks=(), vague=(), turn=0):
    return make_targets(
        np.array(marks, np.float32).reshape(-1, 6),
        np.array(vague, np.float32).reshape(-1, 4),
        SIDE,
        turn,
    )


def right(targets: FinderTargets) -> torch.Tensor:
    """Maps that say what the targets ask for."""
    count = len(targets.heat)
    maps = torch.zeros(count, MAPS, CELLS, CELLS)
    maps[:, 0] = torch.where(targets.heat == 1, 8.0, -8.0)
    maps[:, BOXES] = targets.boxes
    asked = targets.classes.clamp(min=0)
    maps[:, KINDS] = 8 * F.one_hot(asked, CLASSES).permute(0, 3, 1, 2).float()
    maps[:, TURN] = 8 * F.one_hot(targets.turns, TURNS)[:, :, None, None].float()
    return maps


def fresh(targets: FinderTargets) -> torch.Tensor:
    maps = torch.zeros(len(targets.heat), MAPS, CELLS, CELLS)
    maps[:, 0] = -4
    return maps


@pytest.fixture
def targets():
    return stack([tile(MARKS), tile(MARKS[:1], [(36, 36, 60, 60)], turn=2), tile()])


def test_it_is_a_small_scalar_when_the_maps_are_right(targets):
    loss = finder_loss(right(targets), targets)
    assert loss.shape == ()
    assert 0 <= float(loss) < 0.2 * float(finder_loss(fresh(targets), targets))


@pytest.mark.parametrize("part", [ODDS, BOXES, KINDS, TURN], ids=["odds", "boxes", "kinds", "turn"])
def test_every_part_of_the_maps_counts(targets, part):
    maps = right(targets)
    best = float(finder_loss(maps, targets))
    maps[:, part] = fresh(targets)[:, part]
    halfway = float(finder_loss(maps, targets))
    maps[:, part] = -right(targets)[:, part] - (part == ODDS) * 4
    assert best < halfway < float(finder_loss(maps, targets))


@pytest.mark.slow
def test_descent_on_the_maps_makes_them_right(targets):
    maps = fresh(targets)
    for step in range(120):
        maps.requires_grad_()
        slope = torch.autograd.grad(finder_loss(maps, targets), maps)[0]
        maps = maps.detach() - 0.4 * 0.96**step * slope.sign()
    middles = targets.heat == 1
    assert torch.equal(maps[:, 0] > 0, middles)
    asked = middles & (targets.classes >= 0)
    assert torch.equal(maps[:, KINDS].argmax(1)[asked], targets.classes[asked])
    boxes = (maps[:, BOXES] - targets.boxes).permute(0, 2, 3, 1)[middles]
    assert float(boxes.abs().max()) < 0.05
    assert (maps[:, TURN].argmax(1)[1][middles[1]] == 2).all()


def test_where_the_weight_is_0_no_odds_are_asked():
    half_hidden = stack([tile([(30, 30, 16, 20, 4, 0.5)])])
    covered = half_hidden.heat_weight == 0
    assert covered.any()
    maps = right(half_hidden)
    before = float(finder_loss(maps, half_hidden))
    for odds in (-20.0, 20.0):
        maps[:, 0][covered] = odds
        assert float(finder_loss(maps, half_hidden)) == pytest.approx(before, rel=1e-5)
    maps[:, 0][~covered] = 5.0
    assert float(finder_loss(maps, half_hidden)) > before + 1


def test_a_middle_of_weight_0_is_not_asked_for(targets):
    unasked = replace(targets, heat_weight=torch.zeros_like(targets.heat_weight))
    maps = right(unasked)
    before = float(finder_loss(maps, unasked))
    maps[:, ODDS] = -20.0
    assert float(finder_loss(maps, unasked)) == pytest.approx(before, rel=1e-5)


def test_a_cell_near_a_middle_may_be_found_more_easily_than_one_far_away(targets):
    near, far = right(targets), right(targets)
    near[0, 0, 5, 3] = far[0, 0, 14, 1] = 4.0
    assert 0 < targets.heat[0, 5, 3] < 1
    assert targets.heat[0, 14, 1] == 0
    assert finder_loss(near, targets) < finder_loss(far, targets)


def test_where_no_class_is_asked_the_class_does_not_count(targets):
    maps = right(targets)
    before = float(finder_loss(maps, targets))
    unasked = (targets.classes < 0)[:, None].expand(-1, CLASSES, -1, -1)
    maps[:, KINDS][unasked] = torch.randn(int(unasked.sum())) * 9
    assert float(finder_loss(maps, targets)) == pytest.approx(before, rel=1e-5)


def test_away_from_marks_neither_boxes_nor_turns_count(targets):
    maps = right(targets)
    before = float(finder_loss(maps, targets))
    away = (targets.heat <= 0.2)[:, None].expand(-1, 4, -1, -1)
    for part in (BOXES, TURN):
        maps[:, part][away] = 7.0
    assert float(finder_loss(maps, targets)) == pytest.approx(before, rel=1e-5)


def test_a_word_taken_for_a_digit_counts():
    word = stack([tile(vague=[(8, 8, 56, 30)])])
    maps = right(word)
    calm = float(finder_loss(maps, word))
    maps[:, 5 + 4] = 12.0  # it says 4 everywhere
    assert float(finder_loss(maps, word)) > calm + 0.5


@pytest.mark.slow
@given(
    scale=st.sampled_from([0.0, 1.0, 100.0, 1e4]),
    marks=st.integers(0, 3),
    seed=st.integers(0, 2**16),
    dtype=st.sampled_from([torch.float32, torch.bfloat16]),
)
def test_it_and_its_slope_are_finite_whatever_the_maps(scale, marks, seed, dtype):
    batch = stack([tile(MARKS[:marks]), tile()])
    generator = torch.Generator().manual_seed(seed)
    maps = (scale * torch.randn(2, MAPS, CELLS, CELLS, generator=generator)).to(dtype)
    maps.requires_grad_()
    loss = finder_loss(maps, batch)
    loss.backward()
    assert loss.dtype == torch.float32
    assert loss.isfinite()
    assert float(loss.detach()) >= 0
    assert maps.grad.isfinite().all()


def test_tiles_without_marks_still_teach_that_there_is_nothing():
    empty = stack([tile(), tile()])
    maps = fresh(empty).requires_grad_()
    finder_loss(maps, empty).backward()
    assert (maps.grad[:, 0] > 0).all()
    assert not maps.grad[:, 1:].any()


def test_order_of_the_tiles_does_not_count(targets):
    maps = torch.randn(3, MAPS, CELLS, CELLS, generator=torch.Generator().manual_seed(0))
    turned = FinderTargets(*(value.flip(0) for value in vars(targets).values()))
    assert float(finder_loss(maps, targets)) == pytest.approx(
        float(finder_loss(maps.flip(0), turned)), rel=1e-5
    )


def test_every_turn_counts_the_same_though_most_tiles_are_upright():
    """Where all cells give the same odds of the turns, even odds are the best."""
    many = [(10 + 14 * i, 12 + 20 * j, 8, 12, 3, 0) for i in range(4) for j in range(2)]
    batch = stack([tile(many, turn=turn) for turn in (0, 0, 0, 0, 1, 2, 3)])
    shared = torch.zeros(TURNS, requires_grad=True)
    maps = right(batch)
    maps[:, TURN] = shared[:, None, None]
    finder_loss(maps, batch).backward()
    assert float(shared.grad.abs().max()) < 1e-6


def test_targets_move_as_a_whole(targets):
    moved = targets.to(torch.device("meta"))
    for name, value in vars(targets).items():
        assert getattr(moved, name).device.type == "meta"
        assert getattr(moved, name).shape == value.shape
        assert getattr(moved, name).dtype == value.dtype
    assert torch.equal(replace(targets).to(torch.device("cpu")).heat, targets.heat)

import pytest
import torch

from digitnet.errors import RecipeError
from digitnet.training.fused import FusedDigitNet
from digitnet.training.recipe import Recipe
from digitnet.training.state import TrainingState

RECIPE = Recipe(epochs=2, batch_size=20)


def test_the_optimizer_is_adam_with_its_defaults(tiny_dataset):
    (group,) = TrainingState.fresh(RECIPE, tiny_dataset).optimizer.param_groups
    assert (group["lr"], group["betas"], group["eps"]) == (0.01, (0.9, 0.999), 1e-8)
    assert (group["weight_decay"], group["amsgrad"]) == (0, False)


def test_building_a_state_leaves_the_callers_random_numbers(tiny_dataset):
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    TrainingState.fresh(RECIPE, tiny_dataset)
    assert torch.equal(torch.rand(3), expected)


def test_a_batch_larger_than_the_training_set(tiny_dataset):
    with pytest.raises(RecipeError, match="batch_size is 51, expected at most the 50 training"):
        TrainingState.fresh(Recipe(batch_size=51), tiny_dataset)


def test_the_first_weights_are_those_of_the_seed(tiny_dataset):
    torch.manual_seed(RECIPE.seed)
    expected = FusedDigitNet().state_dict()
    state = TrainingState.fresh(RECIPE, tiny_dataset)
    torch.testing.assert_close(dict(state.model.state_dict()), dict(expected), rtol=0, atol=0)


def test_the_result_is_the_moving_average_where_one_is_kept(tiny_dataset):
    plain = TrainingState.fresh(RECIPE, tiny_dataset)
    assert plain.result is plain.model
    averaged = TrainingState.fresh(RECIPE.with_changes({"ema_decay": 0.9}), tiny_dataset)
    assert averaged.result is averaged.ema.module is not averaged.model


def test_losses_of_images_are_kept_where_the_hard_ones_are_wanted(tiny_dataset):
    assert TrainingState.fresh(RECIPE, tiny_dataset).image_losses is None
    hard = TrainingState.fresh(RECIPE.with_changes({"hard_fraction": 0.5}), tiny_dataset)
    assert hard.image_losses.tolist() == [0] * 50

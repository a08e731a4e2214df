"""The same again: from a seed, and from wherever a training was stopped."""

import dataclasses

import pytest
import torch
from torch import Tensor

from digitnet.training.checkpoint import read_checkpoint, restore_state, save_checkpoint
from digitnet.training.epochs import train
from digitnet.training.state import TrainingState
from tests.training.trained import RECIPE, trained, whole

# All that the documented recipe leaves out.
FULL_RECIPE = RECIPE.with_changes(
    {
        "schedule": "triangle",
        "distortion": 0.5,
        "stroke_width": 0.5,
        "blur": 0.5,
        "ema_decay": 0.9,
        "weight_decay": 0.1,
        "background": 0.5,
        "clean_tail": 0.2,
        "hard_fraction": 0.9,
        "crop_fraction": 0.6,
        "norm_momentum": 0.3,
        "non_digits": 1,
    }
)
recipes = pytest.mark.parametrize("recipe", [RECIPE, FULL_RECIPE], ids=["documented", "full"])
PRECISIONS = [torch.float32, torch.bfloat16]
STOPS = range(2 * (3 + 1))  # after each result: three steps and an epoch, twice


def tensors(state: TrainingState) -> dict[str, Tensor]:
    """All that a training's future depends on."""
    moments = {
        f"{index} {name}": moment
        for index, values in state.optimizer.state_dict()["state"].items()
        for name, moment in values.items()
    }
    average = state.ema.module.state_dict()
    averages = {f"average {name}": tensor for name, tensor in average.items()}
    losses = {} if state.image_losses is None else {"image losses": state.image_losses}
    return state.model.state_dict() | averages | moments | losses


def assert_equal(state: TrainingState, other: TrainingState) -> None:
    torch.testing.assert_close(tensors(state), tensors(other), rtol=0, atol=0)
    times = {"train_s": 0, "evaluate_s": 0}
    assert [dataclasses.replace(epoch, **times) for epoch in state.history] == [
        dataclasses.replace(epoch, **times) for epoch in other.history
    ]


@pytest.mark.slow
@recipes
@pytest.mark.parametrize("precision", PRECISIONS)
def test_the_same_seed_gives_the_same_weights(tiny_dataset, recipe, precision):
    first = trained(recipe, tiny_dataset, precision)
    torch.manual_seed(123)
    torch.rand(7)
    assert_equal(first, trained(recipe, tiny_dataset, precision))


def test_another_seed_gives_others(tiny_dataset):
    other = trained(RECIPE.with_changes({"seed": 1}), tiny_dataset)
    first = whole(RECIPE)
    assert not torch.equal(first.model.conv1.weight, other.model.conv1.weight)
    assert first.history[-1].train_loss != other.history[-1].train_loss


@pytest.mark.slow
def test_precision_matters(tiny_dataset):
    first, other = (trained(RECIPE, tiny_dataset, precision) for precision in PRECISIONS)
    assert not torch.equal(first.model.conv1.weight, other.model.conv1.weight)
    assert other.model.conv1.weight.dtype == torch.float32


@pytest.mark.slow
@recipes
@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("stop", STOPS)
def test_a_training_stopped_anywhere_ends_as_if_it_was_not(
    tiny_dataset, tmp_path, recipe, precision, stop
):
    path = tmp_path / "checkpoint.pt"
    state = TrainingState.fresh(recipe, tiny_dataset)
    for number, _ in enumerate(train(recipe, tiny_dataset, state, precision=precision)):
        if number == stop:
            save_checkpoint(path, recipe, state, settings={})
            break
    torch.manual_seed(123)  # as another process would have other random numbers
    resumed = restore_state(read_checkpoint(path), tiny_dataset, path)
    list(train(recipe, tiny_dataset, resumed, precision=precision))
    assert_equal(resumed, whole(recipe, precision))


@pytest.mark.slow
def test_a_training_stopped_at_every_step(tiny_dataset, tmp_path):
    path, results = tmp_path / "checkpoint.pt", 0
    state = TrainingState.fresh(RECIPE, tiny_dataset)
    while next(train(RECIPE, tiny_dataset, state, precision=torch.float32), None):
        results += 1
        save_checkpoint(path, RECIPE, state, settings={})
        state = restore_state(read_checkpoint(path), tiny_dataset, path)
    assert results == len(STOPS)
    assert_equal(state, whole(RECIPE))


@pytest.mark.slow
def test_a_finished_training_does_nothing_more(tiny_dataset):
    state = trained(RECIPE, tiny_dataset)
    before = {name: tensor.clone() for name, tensor in tensors(state).items()}
    assert list(train(RECIPE, tiny_dataset, state, precision=torch.float32)) == []
    torch.testing.assert_close(tensors(state), before, rtol=0, atol=0)

"""Trainings on a few images."""

import functools

import torch

from digitnet.training.data.dataset import Dataset
from digitnet.training.epochs import train
from digitnet.training.recipe import Recipe
from digitnet.training.state import TrainingState
from tests.conftest import made_up_dataset

# On 50 images: steps of 20, 20 and 10 images an epoch.
RECIPE = Recipe(epochs=2, batch_size=20, step_size=1)


def trained(recipe: Recipe, dataset: Dataset, precision=torch.float32) -> TrainingState:
    state = TrainingState.fresh(recipe, dataset)
    list(train(recipe, dataset, state, precision=precision))
    return state


@functools.cache
def whole(recipe: Recipe, precision=torch.float32) -> TrainingState:
    """A training on `tiny_dataset` from its beginning to its end, made once."""
    return trained(recipe, made_up_dataset(), precision)

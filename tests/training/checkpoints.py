"""A training whose checkpoints are tried."""

import torch

from digitnet.training.checkpoint import read_checkpoint, restore_state
from digitnet.training.recipe import Recipe
from tests.conftest import made_up_dataset

DATASET = made_up_dataset()
RECIPE = Recipe(epochs=2, batch_size=20)
SETTINGS = {"threads": 2, "data": "made up"}


def restored(path):
    return restore_state(read_checkpoint(path), DATASET, path)


def rewrite(path, change):
    """Change the content of a file of ours."""
    content = torch.load(path, weights_only=True)
    change(content)
    torch.save(content, path)

"""Training: MNIST -> weights. Needs PyTorch.

>>> import torch
>>> from digitnet.training import (
...     Recipe, TrainingState, evaluate, load_mnist, train, trained_network
... )
>>> dataset = load_mnist()
>>> recipe = Recipe(epochs=2)
>>> state = TrainingState.fresh(recipe, dataset)
>>> for progress in train(recipe, dataset, state, precision=torch.float32):
...     pass  # a Step after each step, an Epoch after each epoch
>>> evaluate(trained_network(state, dataset), dataset.eval_images, dataset.eval_labels).accuracy

To read, in this order: `model.py`, the network; `loop.py`, a step; `recipe.py`, every
hyperparameter; then `batches.py`, what a step is fed, `state.py`, which has the optimizer, and
`epochs.py`, which runs the loop.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from digitnet.training.data.dataset import Dataset
    from digitnet.training.data.mnist import load_mnist
    from digitnet.training.device import choose_device, choose_precision
    from digitnet.training.epochs import train
    from digitnet.training.evaluation import Evaluation, evaluate, wilson_interval
    from digitnet.training.metrics import Epoch, Step
    from digitnet.training.model import DigitNet, normalise
    from digitnet.training.norm_statistics import trained_network
    from digitnet.training.recipe import Recipe
    from digitnet.training.recipes import RECIPES
    from digitnet.training.state import TrainingState
    from digitnet.training.weights import load_weights, save_weights

# On first use: recipes alone, of which the command's flags are made, need no PyTorch.
_MODULES = {
    "data.dataset": ("Dataset",),
    "data.mnist": ("load_mnist",),
    "device": ("choose_device", "choose_precision"),
    "epochs": ("train",),
    "evaluation": ("Evaluation", "evaluate", "wilson_interval"),
    "metrics": ("Epoch", "Step"),
    "model": ("DigitNet", "normalise"),
    "norm_statistics": ("trained_network",),
    "recipe": ("Recipe",),
    "recipes": ("RECIPES",),
    "state": ("TrainingState",),
    "weights": ("load_weights", "save_weights"),
}

__all__ = [
    "RECIPES",
    "Dataset",
    "DigitNet",
    "Epoch",
    "Evaluation",
    "Recipe",
    "Step",
    "TrainingState",
    "choose_device",
    "choose_precision",
    "evaluate",
    "load_mnist",
    "load_weights",
    "normalise",
    "save_weights",
    "train",
    "trained_network",
    "wilson_interval",
]


def __getattr__(name: str) -> Any:
    for module, names in _MODULES.items():
        if name in names:
            return getattr(importlib.import_module(f"digitnet.training.{module}"), name)
    raise AttributeError(f"module 'digitnet.training' has no attribute '{name}'")

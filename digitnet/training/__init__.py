"""Training: MNIST -> weights. Needs PyTorch.

>>> from digitnet.training import Recipe, TrainingState, evaluate, load_mnist, train
>>> dataset = load_mnist()
>>> recipe = Recipe(epochs=2)
>>> state = TrainingState.fresh(recipe, dataset)
>>> for result in train(recipe, dataset, state, precision=torch.float32):
...     pass  # a Step after each step, an Epoch after each epoch
>>> evaluate(state.model, dataset.test_images, dataset.test_labels).accuracy
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from digitnet.training.checkpoint import load_weights, save_weights
    from digitnet.training.data import Dataset, load_mnist
    from digitnet.training.device import choose_device, choose_precision
    from digitnet.training.evaluation import Evaluation, evaluate, wilson_interval
    from digitnet.training.loop import train
    from digitnet.training.model import DigitNet, normalise
    from digitnet.training.recipe import RECIPES, Recipe
    from digitnet.training.state import Epoch, Step, TrainingState

# On first use: recipes alone, of which the command's flags are made, need no PyTorch.
_MODULES = {
    "checkpoint": ("load_weights", "save_weights"),
    "data": ("Dataset", "load_mnist"),
    "device": ("choose_device", "choose_precision"),
    "evaluation": ("Evaluation", "evaluate", "wilson_interval"),
    "loop": ("train",),
    "model": ("DigitNet", "normalise"),
    "recipe": ("RECIPES", "Recipe"),
    "state": ("Epoch", "Step", "TrainingState"),
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
    "wilson_interval",
]


def __getattr__(name: str) -> Any:
    for module, names in _MODULES.items():
        if name in names:
            return getattr(importlib.import_module(f"digitnet.training.{module}"), name)
    raise AttributeError(f"module 'digitnet.training' has no attribute '{name}'")

"""Training: MNIST -> weights. Needs PyTorch.

>>> from digitnet.training import Recipe, TrainingState, evaluate, load_mnist, train
>>> dataset = load_mnist()
>>> recipe = Recipe(epochs=2)
>>> state = TrainingState.fresh(recipe, dataset)
>>> for result in train(recipe, dataset, state, precision=torch.float32):
...     pass  # a Step after each step, an Epoch after each epoch
>>> evaluate(state.model, dataset.test_images, dataset.test_labels).accuracy
"""

from digitnet.training.checkpoint import load_weights, save_weights
from digitnet.training.data import Dataset, load_mnist
from digitnet.training.device import choose_device, choose_precision
from digitnet.training.evaluate import Evaluation, evaluate, wilson_interval
from digitnet.training.loop import train
from digitnet.training.model import DigitNet, normalise
from digitnet.training.recipe import RECIPES, Recipe
from digitnet.training.state import Epoch, Step, TrainingState

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

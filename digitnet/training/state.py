"""What changes while a network trains. Saved and restored, training goes on bit for bit.

Random numbers are no part of it: they are functions of seed, epoch and step.
"""

import math
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from digitnet.errors import RecipeError
from digitnet.training.adam import Adam
from digitnet.training.data.dataset import Dataset
from digitnet.training.ema import MovingAverage
from digitnet.training.fused import FusedDigitNet
from digitnet.training.metrics import Epoch
from digitnet.training.model import DigitNet
from digitnet.training.recipe import Recipe


@dataclass(eq=False, kw_only=True)
class LoopState:
    """What the loop changes, of any network.

    ema: the moving average of the model, which is the model itself where none is kept.
    step: how many steps are done.
    """

    model: nn.Module
    optimizer: Optimizer
    ema: MovingAverage
    step: int = 0


@dataclass(eq=False, kw_only=True)
class TrainingState(LoopState):
    """What changes while the digit network trains.

    losses: float32 [steps of the longest epoch], of this epoch's steps, 0 for those to come.
    correct: int64 [], how many of this epoch's images so far were read rightly.
    image_losses: float32 [training images], each image's loss in the first epoch; None where
    the recipe does not select the hard ones.
    train_s: seconds spent in this epoch's steps; history: one entry a finished epoch.
    """

    model: DigitNet
    losses: Tensor
    correct: Tensor
    image_losses: Tensor | None = None
    train_s: float = 0.0
    history: list[Epoch] = field(default_factory=list)

    @classmethod
    def fresh(cls, recipe: Recipe, dataset: Dataset) -> "TrainingState":
        """The state before the first step, on the data's device.

        Raises:
            RecipeError: a batch would be larger than the training set.
        """
        count = len(dataset.train_images)
        if recipe.batch_size > count:
            raise RecipeError(
                f"batch_size is {recipe.batch_size}, expected at most the {count} training images"
            )
        device = dataset.train_images.device
        with torch.random.fork_rng():
            torch.manual_seed(recipe.seed)
            model = FusedDigitNet(recipe.dropout, recipe.classes, recipe.norm_momentum)
        model = model.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        optimizer = Adam(
            model.parameters(),
            lr=recipe.lr,
            betas=(recipe.beta1, recipe.beta2),
            weight_decay=recipe.weight_decay,
            decoupled_weight_decay=True,
            fused=True,
        )
        return cls(
            model=model,
            optimizer=optimizer,
            ema=MovingAverage(model, recipe.ema_decay),
            losses=torch.zeros(math.ceil(count / recipe.batch_size), device=device),
            correct=torch.zeros((), dtype=torch.int64, device=device),
            image_losses=torch.zeros(count, device=device) if recipe.hard_fraction < 1 else None,
        )

    @property
    def epoch(self) -> int:
        """The epoch to be run next or under way, counted from 0."""
        return len(self.history)

    @property
    def result(self) -> DigitNet:
        """The network so far: the moving average, or the model where none is kept.

        In a training's first 200 steps `trained_network` (`norm_statistics.py`) has a better
        one: what is evaluated and saved comes from there.
        """
        assert isinstance(self.ema.module, DigitNet)
        return self.ema.module

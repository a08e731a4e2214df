"""What changes while a network trains, and what is told of each step and epoch."""

import copy
import math
from dataclasses import asdict, dataclass, field
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

from digitnet.errors import DivergedError, RecipeError
from digitnet.training.data import Dataset
from digitnet.training.model import DigitNet
from digitnet.training.recipe import Recipe


@dataclass(eq=False)
class TrainingState:
    """Everything that changes while training; saved and restored, training goes on bit for bit.

    Random numbers are no part of it: they are functions of seed, epoch and step.

    average: the moving average of the weights, where the recipe keeps one.
    image_losses: float32 [training images], each one's when it was first seen, where the
    recipe asks which were hardest.
    epoch, step: the next to be run, from 0.
    losses: float32 [steps of the longest epoch], this epoch's so far; correct: int64 [], likewise.
    train_s: seconds spent in this epoch's steps; history: one entry a finished epoch.
    """

    model: DigitNet
    optimizer: Optimizer
    losses: Tensor
    correct: Tensor
    average: DigitNet | None = None
    image_losses: Tensor | None = None
    epoch: int = 0
    step: int = 0
    train_s: float = 0.0
    history: list["Epoch"] = field(default_factory=list)

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
            model = DigitNet(recipe.dropout, recipe.classes, recipe.norm_momentum)
        model = model.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        optimizer = torch.optim.Adam(
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
            average=copy.deepcopy(model) if recipe.average else None,
            losses=torch.zeros(math.ceil(count / recipe.batch_size), device=device),
            correct=torch.zeros((), dtype=torch.int64, device=device),
            image_losses=torch.zeros(count, device=device) if recipe.hardest < 1 else None,
        )

    @property
    def result(self) -> DigitNet:
        """The network that is evaluated and kept: the average, or else the model itself."""
        return self.average or self.model

    def update_average(self, memory: float, steps_done: int) -> None:
        """Draw the average a step closer to the model, faster while it is young."""
        if self.average is None:
            return
        memory = min(memory, (1 + steps_done) / (10 + steps_done))
        with torch.no_grad():
            pairs = zip(
                self.average.state_dict().values(), self.model.state_dict().values(), strict=True
            )
            for mean, new in pairs:
                if mean.is_floating_point():
                    mean.lerp_(new, 1 - memory)
                else:  # BatchNorm's count of batches
                    mean.copy_(new)


@dataclass(frozen=True)
class Step:
    """One step is done. `epoch` and `step` count from 0; `seen` is images this epoch."""

    epoch: int
    step: int
    steps: int
    seen: int
    state: TrainingState

    def mean_loss(self) -> float:
        """Mean loss of this epoch so far; waits for the device.

        Raises:
            DivergedError: a loss was not finite.
        """
        losses = self.state.losses[: self.step + 1].tolist()
        for step, loss in enumerate(losses):
            if not math.isfinite(loss):
                raise DivergedError(
                    f"the loss is {loss} at epoch {self.epoch + 1}, step {step + 1}: "
                    "training diverged; try a smaller --lr"
                )
        return sum(losses) / len(losses)


@dataclass(frozen=True)
class Epoch:
    """One epoch is done.

    epoch: from 1. evaluated: "test" or "holdout". Losses in nats, accuracies in [0, 1].
    train_s: seconds of its steps alone; evaluate_s: of the evaluation after them.
    """

    epoch: int
    lr: float
    train_loss: float
    train_accuracy: float
    evaluated: str
    loss: float
    accuracy: float
    train_s: float
    evaluate_s: float

    def to_row(self) -> dict[str, Any]:
        """One row of metrics, the evaluated part named in its columns."""
        row = asdict(self)
        evaluated = row.pop("evaluated")
        return {
            f"{evaluated}_{key}" if key in ("loss", "accuracy") else key: value
            for key, value in row.items()
        }

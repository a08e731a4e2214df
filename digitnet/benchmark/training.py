"""How fast the network trains: our loop in each precision and layout, beside a plain script."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from digitnet.benchmark.plain_script import next_plain_step, own_process, plain_epochs
from digitnet.benchmark.timing import Times, in_turn
from digitnet.training.batches import DigitBatches
from digitnet.training.data.dataset import Dataset
from digitnet.training.device import choose_precision
from digitnet.training.epochs import train
from digitnet.training.loop import train_steps
from digitnet.training.recipe import Recipe
from digitnet.training.recipes import RECIPES
from digitnet.training.state import TrainingState

PLAIN = "plain script, fp32"
BATCH = 512
TARGET = 0.99

# Multiplications with an addition of all convolutions, for one image of 28x28.
_PRODUCTS = 9 * (28**2 * (1 * 16 + 16 * 16) + 14**2 * (16 * 32 + 32 * 32 + 32 * 10))
# Two operations each, forwards and twice backwards.
OPERATIONS_AN_IMAGE = 6 * _PRODUCTS

_LAYOUTS = {"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}


def step_times(
    dataset: Dataset, folder: Path, *, rounds: int, steps: int, budget_s: float = math.inf
) -> dict[str, Times]:
    """Seconds a step of the described recipe, batch 512, every way in turn.

    folder: where torchvision finds the data set, for the plain script. steps: how many make
    one measurement; fewer where all of it would take more than budget_s. bf16 is left out where
    the processor has no instructions for it.
    """
    precisions = {"fp32": torch.float32, "bf16": torch.bfloat16}
    if choose_precision("auto", torch.device("cpu")) != torch.bfloat16:
        del precisions["bf16"]
    ways: dict[str, Callable[[], object]] = {
        f"digitnet, {precision}, {layout}": our_steps(
            dataset, precisions[precision], _LAYOUTS[layout]
        ).__next__
        for precision in precisions
        for layout in _LAYOUTS
    }
    with own_process() as process:
        ways[PLAIN] = lambda: process.submit(next_plain_step, folder).result()
        return in_turn(ways, rounds=rounds, repeats=steps, budget_s=budget_s)


def our_steps(
    dataset: Dataset, precision: torch.dtype, layout: torch.memory_format
) -> Iterator[object]:
    """The described recipe's steps, more of them than anybody waits for."""
    recipe = Recipe(epochs=10_000)
    state = TrainingState.fresh(recipe, dataset)
    batches = DigitBatches(recipe, dataset.train_images, dataset.train_labels)

    def lay_out(model: nn.Module, batch: tuple[Tensor]) -> tuple[Tensor]:
        return (batch[0].contiguous(memory_format=layout),)

    state.model.to(memory_format=layout)
    state.model.register_forward_pre_hook(lay_out)
    state.model.train()
    lr_at = partial(recipe.lr_at, epoch_starts=batches.epoch_starts)
    return train_steps(state, batches, F.nll_loss, lr_at, precision=precision)


@dataclass(frozen=True)
class Finish:
    """What a training reached, and in how long. accuracy: on the test set, in [0, 1]."""

    train_s: float
    epochs: int
    accuracy: float

    def to_dict(self) -> dict[str, float]:
        return {"train_s": self.train_s, "epochs": self.epochs, "accuracy": self.accuracy}


def finish_of(recipe: Recipe, dataset: Dataset) -> Finish:
    """A whole training; the accuracy is that of its last epoch, and only steps are timed."""
    state = TrainingState.fresh(recipe, dataset)
    precision = choose_precision("auto", torch.device("cpu"))
    for _ in train(recipe, dataset, state, precision=precision):
        pass
    train_s = sum(epoch.train_s for epoch in state.history)
    return Finish(train_s, len(state.history), state.history[-1].accuracy)


def fast_images(dataset: Dataset) -> int:
    """How many images `fast_finish` trains on, each as often as it is seen."""
    recipe, count = RECIPES["fast"], len(dataset.train_images)
    return sum(recipe.images_in(epoch, count) for epoch in range(recipe.epochs))


def fast_finish(dataset: Dataset, seed: int = 0) -> Finish:
    """The recipe that is made for it."""
    return finish_of(RECIPES["fast"].with_changes({"seed": seed}), dataset)


def plain_finish(folder: Path, most_epochs: int = 20) -> Finish:
    """The plain script up to its first epoch at 99 %: what looking on would have stopped at."""
    train_s = accuracy = 0.0
    epoch = 0
    for epoch, (epoch_s, accuracy) in enumerate(plain_epochs(folder), start=1):
        train_s += epoch_s
        if accuracy >= TARGET or epoch == most_epochs:
            break
    return Finish(train_s, epoch, accuracy)

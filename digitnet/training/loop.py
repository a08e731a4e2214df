"""The training loop: no argv, no printing, no paths."""

import copy
import math
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.optim import Optimizer

from digitnet.errors import DivergedError, RecipeError
from digitnet.training.augment import augment
from digitnet.training.data import Dataset
from digitnet.training.device import synchronise
from digitnet.training.evaluate import Evaluation, evaluate
from digitnet.training.model import DigitNet, normalise
from digitnet.training.order import epoch_order, seed_at
from digitnet.training.processes import ALONE, Processes
from digitnet.training.recipe import Recipe


@dataclass(eq=False)
class TrainingState:
    """Everything that changes while training; saved and restored, training goes on bit for bit.

    Random numbers are no part of it: they are functions of seed, epoch and step.

    average: the moving average of the weights, where the recipe keeps one.
    epoch, step: the next to be run, from 0.
    losses: float32 [steps an epoch], this epoch's so far; correct: int64 [], likewise.
    train_s: seconds spent in this epoch's steps; history: one entry a finished epoch.
    """

    model: DigitNet
    optimizer: Optimizer
    losses: Tensor
    correct: Tensor
    average: DigitNet | None = None
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


def train(
    recipe: Recipe,
    dataset: Dataset,
    state: TrainingState,
    *,
    precision: torch.dtype,
    test_batch_size: int = 1000,
    processes: Processes = ALONE,
) -> Iterator[Step | Epoch]:
    """Train `state` until the recipe's last epoch, yielding after each step and each epoch.

    The state is at rest at every yield and may be saved there. test_batch_size: images at
    once in the evaluation after an epoch; it changes its memory and time alone. processes: which
    share each batch; all of them hold the same state.

    Raises:
        DivergedError: a loss is not finite; names epoch and step.
    """
    images, labels = dataset.train_images, dataset.train_labels
    model, optimizer = state.model, state.optimizer
    device = images.device
    steps = len(state.losses)
    divided = processes.divided(model)

    while state.epoch < recipe.epochs:
        order = epoch_order(recipe.seed, state.epoch, len(images)).to(device)
        model.train()
        resumed_s = state.train_s
        started = time.perf_counter()

        while state.step < steps:
            step_number = state.epoch * steps + state.step
            batch = order[state.step * recipe.batch_size : (state.step + 1) * recipe.batch_size]
            batch_labels = labels[batch]
            lr = recipe.lr_at(state.epoch + state.step / steps)
            for group in optimizer.param_groups:
                group["lr"] = lr

            torch.manual_seed(seed_at(recipe.seed, state.epoch, state.step))
            batch_images = images[batch].float() / 255
            batch_images = augment(batch_images, hand=recipe.hand, pen=recipe.pen, ink=recipe.ink)
            if step_number < recipe.middle * steps * recipe.epochs:
                # Digits are in the middle 20x20; a quarter less to compute.
                batch_images = batch_images[:, :, 2:-2, 2:-2]
            batch_images = normalise(batch_images)
            if processes.several:
                rows = processes.rows(len(batch))
                batch_images, batch_labels = batch_images[rows], batch_labels[rows]
                model.dropout.rows = (rows.start, len(batch))
            batch_images = batch_images.contiguous(memory_format=torch.channels_last)
            with torch.autocast(device.type, precision, enabled=precision != torch.float32):
                log_probs = divided(batch_images)
            loss = F.nll_loss(log_probs, batch_labels)
            # The mean over processes of these is the gradient of the whole batch's mean loss.
            share = len(batch_labels) / len(batch)
            optimizer.zero_grad()
            (loss * (share * processes.count) if processes.several else loss).backward()  # type: ignore[no-untyped-call]
            optimizer.step()

            state.update_average(recipe.average, step_number)

            correct = (log_probs.detach().argmax(1) == batch_labels).sum()
            if processes.several:
                loss = processes.sum(loss.detach() * share)
                correct = processes.sum(correct)
            state.losses[state.step] = loss.detach()
            state.correct += correct
            state.step += 1
            state.train_s = resumed_s + time.perf_counter() - started
            seen = min(state.step * recipe.batch_size, len(images))
            yield Step(state.epoch, state.step - 1, steps, seen, state)

        train_loss = Step(state.epoch, steps - 1, steps, len(images), state).mean_loss()
        synchronise(device)
        state.train_s = resumed_s + time.perf_counter() - started
        evaluation, evaluate_s = _timed_evaluation(state.result, dataset, test_batch_size)
        state.history.append(
            Epoch(
                epoch=state.epoch + 1,
                lr=optimizer.param_groups[0]["lr"],
                train_loss=train_loss,
                train_accuracy=state.correct.item() / len(images),
                evaluated=dataset.evaluated,
                loss=evaluation.loss,
                accuracy=evaluation.accuracy,
                train_s=state.train_s,
                evaluate_s=evaluate_s,
            )
        )
        state.epoch, state.step, state.train_s = state.epoch + 1, 0, 0.0
        state.losses.zero_()
        state.correct.zero_()
        yield state.history[-1]


def _timed_evaluation(
    model: DigitNet, dataset: Dataset, batch_size: int
) -> tuple[Evaluation, float]:
    started = time.perf_counter()
    images, labels = dataset.test_images, dataset.test_labels
    evaluation = evaluate(model, images, labels, batch_size=batch_size)
    return evaluation, time.perf_counter() - started

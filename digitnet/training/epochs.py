"""Training on digits, epoch by epoch: what is counted, evaluated and reported."""

import time
from collections.abc import Iterator
from functools import partial

import torch
import torch.nn.functional as F

from digitnet.training.batches import DigitBatches
from digitnet.training.data.dataset import Dataset
from digitnet.training.device import synchronise
from digitnet.training.evaluation import BATCH_SIZE, evaluate
from digitnet.training.loop import train_steps
from digitnet.training.metrics import Epoch, Step, mean_loss
from digitnet.training.norm_statistics import trained_network
from digitnet.training.processes import ALONE, Processes
from digitnet.training.recipe import Recipe
from digitnet.training.state import TrainingState


def train(
    recipe: Recipe,
    dataset: Dataset,
    state: TrainingState,
    *,
    precision: torch.dtype,
    test_batch_size: int = BATCH_SIZE,
    processes: Processes = ALONE,
) -> Iterator[Step | Epoch]:
    """Train `state` until the recipe's last epoch, yielding after each step and each epoch.

    At a yield the step or epoch is complete, and the state may be saved. test_batch_size:
    images at once in the evaluation after an epoch; it changes only memory and time.
    processes: those that share each batch; all of them hold the same state.

    Raises:
        DivergedError: a loss is not finite; names epoch and step.
        RecipeError: some batch has fewer images than there are processes.
    """
    images, labels = dataset.train_images, dataset.train_labels
    batches = DigitBatches(recipe, images, labels, state.image_losses, processes)
    lr_at = partial(recipe.lr_at, epoch_starts=batches.epoch_starts)
    model = processes.ddp_model(state.model)
    steps = train_steps(state, batches, F.nll_loss, lr_at, precision=precision, model=model)
    state.model.train()
    for epoch in range(state.epoch, recipe.epochs):
        first, end = batches.epoch_starts[epoch : epoch + 2]
        images_in_epoch = recipe.images_in(epoch, len(images))
        resumed_s, started = state.train_s, time.perf_counter()

        while state.step < end:
            step = state.step
            loss, log_probs, truth = next(steps)  # trains a batch and adds 1 to state.step
            # Where several processes share a batch, each has the mean loss of its part.
            share = len(truth) / len(batches.indices(step))
            state.losses[step - first] = processes.sum(loss * share)
            state.correct += processes.sum((log_probs.detach().argmax(1) == truth).sum())
            batches.keep_losses(step, log_probs, truth)
            state.train_s = resumed_s + time.perf_counter() - started
            seen = min((step - first + 1) * recipe.batch_size, images_in_epoch)
            yield Step(epoch, step - first, end - first, seen, state.losses[: step - first + 1])

        train_loss = mean_loss(epoch, state.losses[: end - first])
        synchronise(images.device)
        state.train_s = resumed_s + time.perf_counter() - started
        started = time.perf_counter()
        network = trained_network(state, dataset)
        evaluation = evaluate(
            network, dataset.eval_images, dataset.eval_labels, batch_size=test_batch_size
        )
        state.history.append(
            Epoch(
                epoch=epoch + 1,
                lr=state.optimizer.param_groups[0]["lr"],
                train_loss=train_loss,
                train_accuracy=state.correct.item() / images_in_epoch,
                evaluated=dataset.evaluated,
                loss=evaluation.loss,
                accuracy=evaluation.accuracy,
                train_s=state.train_s,
                evaluate_s=time.perf_counter() - started,
            )
        )
        state.train_s = 0.0
        state.losses.zero_()
        state.correct.zero_()
        yield state.history[-1]

"""The training loop: no argv, no printing, no paths."""

import math
import time
from collections.abc import Iterator

import torch
import torch.nn.functional as F

from digitnet.errors import RecipeError
from digitnet.training.augment import augment
from digitnet.training.data import Dataset
from digitnet.training.device import synchronise
from digitnet.training.evaluation import Evaluation, evaluate
from digitnet.training.model import DigitNet, normalise
from digitnet.training.order import epoch_order, hardest, seed_at
from digitnet.training.processes import ALONE, Processes
from digitnet.training.recipe import Recipe
from digitnet.training.state import Epoch, Step, TrainingState


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
        RecipeError: some batch has fewer images than there are processes.
    """
    images, labels = dataset.train_images, dataset.train_labels
    model, optimizer = state.model, state.optimizer
    device = images.device
    seen = [recipe.images_in(epoch, len(images)) for epoch in range(recipe.epochs)]
    steps = [math.ceil(count / recipe.batch_size) for count in seen]
    total = sum(steps)
    last_batch = min((count - 1) % recipe.batch_size + 1 for count in seen)
    if processes.count > last_batch:
        raise RecipeError(
            f"the last batch of an epoch has {last_batch} images for {processes.count} processes; "
            "take fewer processes or another --batch-size"
        )
    divided = processes.divided(model)

    while state.epoch < recipe.epochs:
        order = epoch_order(recipe.seed, state.epoch, len(images)).to(device)
        if state.epoch and state.image_losses is not None:
            order = hardest(order, state.image_losses, seen[state.epoch])
        model.train()
        resumed_s = state.train_s
        started = time.perf_counter()

        while state.step < steps[state.epoch]:
            done = sum(steps[: state.epoch]) + state.step
            moment = recipe.epochs * done / total
            batch = order[state.step * recipe.batch_size : (state.step + 1) * recipe.batch_size]
            batch_labels = labels[batch]
            for group in optimizer.param_groups:
                group["lr"] = recipe.lr_at(moment)

            torch.manual_seed(seed_at(recipe.seed, state.epoch, state.step))
            batch_images = images[batch].float() / 255
            batch_images = augment(batch_images, **recipe.augmentation_at(moment))
            if done < recipe.middle * total:
                # Digits are in the middle 20x20; a quarter less to compute.
                batch_images = batch_images[:, :, 2:-2, 2:-2]
            batch_images = normalise(batch_images)
            rows = processes.rows(len(batch))
            if processes.several:
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

            state.update_average(recipe.average, done)

            correct = (log_probs.detach().argmax(1) == batch_labels).sum()
            if processes.several:
                loss = processes.sum(loss.detach() * share)
                correct = processes.sum(correct)
            if state.image_losses is not None and state.epoch == 0:
                own = torch.zeros(len(batch), device=device)
                own[rows] = -log_probs.detach().gather(1, batch_labels[:, None])[:, 0]
                state.image_losses[batch] = processes.sum(own)
            state.losses[state.step] = loss.detach()
            state.correct += correct
            state.step += 1
            state.train_s = resumed_s + time.perf_counter() - started
            images_seen = min(state.step * recipe.batch_size, len(order))
            yield Step(state.epoch, state.step - 1, steps[state.epoch], images_seen, state)

        last = steps[state.epoch]
        train_loss = Step(state.epoch, last - 1, last, len(order), state).mean_loss()
        synchronise(device)
        state.train_s = resumed_s + time.perf_counter() - started
        evaluation, evaluate_s = _timed_evaluation(state.result, dataset, test_batch_size)
        state.history.append(
            Epoch(
                epoch=state.epoch + 1,
                lr=optimizer.param_groups[0]["lr"],
                train_loss=train_loss,
                train_accuracy=state.correct.item() / len(order),
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

"""A training as the command carries it out: what is decided before it, what is kept after it."""

import argparse
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch

from digitnet.cli import flags, terminal
from digitnet.errors import RunError
from digitnet.training import environment
from digitnet.training.batches import DigitBatches
from digitnet.training.checkpoint import read_checkpoint, restore_state, save_checkpoint
from digitnet.training.data.dataset import Dataset
from digitnet.training.data.mnist import load_mnist
from digitnet.training.device import choose_precision, make_deterministic, precision_name
from digitnet.training.evaluation import Evaluation
from digitnet.training.memory import keep_freed_memory
from digitnet.training.model import DigitNet
from digitnet.training.processes import ALONE, Processes
from digitnet.training.recipe import Recipe
from digitnet.training.recipes import RECIPES
from digitnet.training.run import Run
from digitnet.training.state import TrainingState
from digitnet.training.weights import save_weights


@dataclass(frozen=True)
class Job:
    """All that is decided before the first step.

    run: None for a dry run, and in all processes but the first. notes: what is to be told of a
    training that goes on otherwise than it was started.
    """

    recipe: Recipe
    dataset: Dataset
    state: TrainingState
    precision: torch.dtype
    settings: dict[str, Any]
    run: Run | None
    notes: tuple[str, ...] = ()


def new_job(args: argparse.Namespace, processes: Processes = ALONE) -> Job:
    """A training from the start; the first process makes its run folder."""
    name = args.recipe or "seed"
    recipe = RECIPES[name].with_changes(flags.recipe_changes(args))
    device = flags.chosen_device(args)
    precision = choose_precision(args.precision, device)
    make_deterministic(device)
    keep_freed_memory(device)
    dataset = load_data(args, recipe).to(device)
    if args.dry_run:
        recipe, dataset = one_batch_each(recipe, dataset, args.test_batch_size)
    state = TrainingState.fresh(recipe, dataset)
    settings = {
        "recipe_name": name,
        "data": dataset.source,
        "where": args.data,
        "allow_other_data": args.allow_other_data,
        "fingerprint": dataset.fingerprint,
        "precision": precision_name(precision),
        "threads": torch.get_num_threads(),
        "device": str(device),
    }
    if args.dry_run or processes.rank:
        return Job(recipe, dataset, state, precision, settings, None)
    run = Run.create(args.runs, name)
    run.write_recipe(name, recipe)
    described = environment.describe(device) | {
        "precision": settings["precision"],
        "data": {
            "source": dataset.source,
            "fingerprint": dataset.fingerprint,
            "evaluated": dataset.evaluated,
            "notice": dataset.notice,
        },
    }
    run.write_environment(described)
    save_checkpoint(run.checkpoint, recipe, state, settings)
    return Job(recipe, dataset, state, precision, settings, run)


def resumed_job(args: argparse.Namespace, processes: Processes = ALONE) -> Job:
    """The training that a run folder holds, as it was started: recipe, device, precision, threads.

    Of the recipe only the number of epochs can be changed.
    """
    changes = [*flags.recipe_changes(args), *(["recipe"] if args.recipe else [])]
    changes = [name for name in changes if name != "epochs"]
    if changes:
        flag = changes[0].replace("_", "-")
        raise RunError(f"--{flag} cannot be changed by --resume; leave it out, or train anew")
    if args.dry_run:
        raise RunError("--dry-run and --resume exclude each other; leave one out")
    run = Run.open(args.resume)
    content = read_checkpoint(run.checkpoint)
    settings, recipe = content["settings"], content["recipe"]
    device = flags.chosen_device(args, settings["device"])
    if args.threads is None:
        torch.set_num_threads(settings["threads"])
    precision_flag = settings["precision"] if args.precision == "auto" else args.precision
    precision = choose_precision(precision_flag, device)
    make_deterministic(device)
    keep_freed_memory(device)
    now = {
        "precision": precision_name(precision),
        "threads": torch.get_num_threads(),
        "device": str(device),
    }
    for name, value in now.items():
        if value != settings[name] and not processes.rank:
            terminal.warn(
                f"{name} is {value}, the run was started with {settings[name]}: "
                "the result will not be equal bit for bit"
            )
    # What is not named again is taken from where the run was started with it.
    args.data = args.data or settings.get("where")
    args.allow_other_data |= bool(settings.get("allow_other_data"))
    dataset = load_data(args, recipe).to(device)
    if dataset.fingerprint != settings["fingerprint"]:
        raise RunError(
            f"{run.path} was trained on {settings['data']}, found other data in {dataset.source}; "
            "name the same with --data"
        )
    state = restore_state(content, dataset, run.checkpoint)
    notes: tuple[str, ...] = ()
    if args.epochs not in (None, recipe.epochs):
        recipe, notes = with_other_epochs(recipe, args.epochs, state.epoch)
        batches = DigitBatches(recipe, dataset.train_images, dataset.train_labels)
        if state.step > len(batches):
            raise RunError(
                f"--epochs is {args.epochs}, but epoch {state.epoch + 1} is under way; "
                "name more, or train anew"
            )
    if processes.rank:
        return Job(recipe, dataset, state, precision, settings | now, None)
    run.remove_leftovers()
    if notes:
        run.put_aside(content["recipe"].epochs)
        save_checkpoint(run.checkpoint, recipe, state, settings)
    # At every start: a kill may have come between the two.
    run.write_recipe(settings["recipe_name"], recipe)
    return Job(recipe, dataset, state, precision, settings | now, run, notes)


def with_other_epochs(recipe: Recipe, epochs: int, done: int) -> tuple[Recipe, tuple[str, ...]]:
    """The recipe of a training that goes on to another number of epochs, and what that changes.

    Raises:
        RunError: more epochs are done already.
    """
    if epochs < done:
        raise RunError(f"--epochs is {epochs}, but {done} are done; name more, or train anew")
    notes = [f"Goes on to {epochs} epochs; it was started for {recipe.epochs}"]
    if recipe.schedule == "step":
        notes.append("The learning rate follows the epochs, whatever their number")
    else:
        notes.append(
            f"The learning rate goes on as the {recipe.schedule} schedule of {epochs} epochs has "
            f"it after {done}: a start with --epochs {epochs} would have had other rates until here"
        )
    shares = [name for name in ("crop_fraction", "clean_tail") if getattr(recipe, name)]
    if shares:
        notes.append(f"Shares of the whole training, now of {epochs} epochs: {', '.join(shares)}")
    return recipe.with_changes({"epochs": epochs}), tuple(notes)


def load_data(args: argparse.Namespace, recipe: Recipe) -> Dataset:
    dataset = load_mnist(args.data, allow_other_data=args.allow_other_data, warn=terminal.warn)
    return as_trained(dataset, recipe)


def as_trained(dataset: Dataset, recipe: Recipe) -> Dataset:
    """The data as the recipe divides and adds to it."""
    dataset = dataset.with_holdout(recipe.holdout, recipe.seed)
    dataset = dataset.with_non_digits(recipe.non_digits, recipe.seed)
    return dataset.with_other_hands(recipe.other_hands, recipe.seed)


def one_batch_each(recipe: Recipe, dataset: Dataset, test_batch: int) -> tuple[Recipe, Dataset]:
    """The smallest part of a training that still runs all of it."""
    part = replace(
        dataset,
        train_images=dataset.train_images[: recipe.batch_size],
        train_labels=dataset.train_labels[: recipe.batch_size],
        eval_images=dataset.eval_images[:test_batch],
        eval_labels=dataset.eval_labels[:test_batch],
    )
    return recipe.with_changes({"epochs": 1}), part


def save_results(job: Job, network: DigitNet, evaluation: Evaluation, copy: Path | None) -> None:
    """The final weights and what they reach, in the run folder and where --save-model says."""
    assert job.run is not None
    metadata = {
        "recipe_name": job.settings["recipe_name"],
        "recipe": asdict(job.recipe),
        "fingerprint": job.dataset.fingerprint,
        "evaluated": job.dataset.evaluated,
        "accuracy": evaluation.accuracy,
        "notice": job.dataset.notice,
    }
    save_weights(job.run.weights, network, metadata)
    train_s = sum(epoch.train_s for epoch in job.state.history)
    job.run.write_result(
        {"evaluated": job.dataset.evaluated, "notice": job.dataset.notice}
        | {"train_s": train_s}
        | evaluation.to_dict()
    )
    if copy:
        save_weights(copy, network, metadata)

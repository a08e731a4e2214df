"""What a training says while it runs: its bar, a line an epoch, its beginning and its end."""

import sys
from pathlib import Path
from typing import Any

from tqdm import tqdm

from digitnet.cli import terminal
from digitnet.cli.counts import counted
from digitnet.cli.job import Job
from digitnet.errors import quoted
from digitnet.training.data.sample import SAMPLE_SHA256
from digitnet.training.evaluation import Evaluation
from digitnet.training.metrics import Epoch, Step
from digitnet.training.recipe import Recipe
from digitnet.training.recipes import RECIPES


def epoch_bar(job: Job, first: Step, quiet: bool) -> Any:
    total = job.recipe.images_in(first.epoch, len(job.dataset.train_images))
    return tqdm(
        total=total,
        initial=first.step * job.recipe.batch_size,
        desc=f"epoch {first.epoch + 1}/{job.recipe.epochs}",
        unit=" images",
        unit_scale=True,
        leave=False,
        dynamic_ncols=True,
        disable=quiet,
    )


def opening_lines(job: Job) -> list[str]:
    parameters = sum(parameter.numel() for parameter in job.state.model.parameters())
    dataset, recipe = job.dataset, job.recipe
    kept = f"{len(dataset.eval_images):,} as {dataset.evaluated} set"
    settings = job.settings
    threads = counted(settings["threads"], "thread")
    hardest = (
        f"Epochs after the first see the hardest {100 * recipe.hard_fraction:g} % of the images; "
        "train acc is of those"
    )
    name = settings["recipe_name"]
    constant = (
        f"The learning rate stays at {recipe.lr:g}: --schedule step cuts it after epoch "
        f"{recipe.step_size}"
    )
    return [
        f"DigitNet, {parameters:,} parameters; recipe {name}: "
        f"{counted(recipe.epochs, 'epoch')} of batch {recipe.batch_size}",
        *changed_from(name, recipe),
        f"{len(dataset.train_images):,} training images, {kept}, from {dataset.source}",
        f"{settings['device']}, {threads}, {settings['precision']}"
        + (f"; saved in {job.run.path}" if job.run else "; dry run, nothing is saved"),
        *([hardest] if recipe.hard_fraction < 1 < recipe.epochs and job.run else []),
        *job.notes,
        *([constant] if recipe.schedule == "step" and recipe.epochs <= recipe.step_size else []),
    ]


def changed_from(name: str, recipe: Recipe) -> list[str]:
    """What a training has otherwise than the recipe of that name, but for what is told anyway."""
    told = ("epochs", "batch_size", "seed")
    changes = recipe.changes_from(RECIPES[name]) if name in RECIPES else {}
    words = [f"{flag(field)} {value}" for field, (value, _) in changes.items() if field not in told]
    return [f"Changed: {', '.join(words)}"] if words else []


def flag(field: str) -> str:
    return "--" + field.replace("_", "-")


def stopped_line(job: Job) -> str:
    if job.run is None:
        return "Stopped."
    return f"Stopped and saved. To go on: {command()} --resume {quoted(job.run.path)}"


def closing_lines(job: Job, evaluation: Evaluation) -> list[str]:
    lines = [terminal.digit_lines(evaluation)]
    if job.run:
        train_s = sum(epoch.train_s for epoch in job.state.history)
        more = f"--epochs {2 * job.recipe.epochs}"
        lines += [
            f"Trained in {train_s:.0f} s. Weights: {job.run.weights}",
            f"To train longer: {command()} --resume {quoted(job.run.path)} {more}",
            f"Next: {command('evaluate')} {quoted(job.run.path)}{same_data(job)}",
        ]
    return lines


def same_data(job: Job) -> str:
    """The flag that evaluates on what was trained on, where it is not found without one."""
    where = "sample" if job.dataset.fingerprint == SAMPLE_SHA256 else job.settings["where"]
    return f" --data {quoted(where)}" if where else ""


def epoch_heading(job: Job) -> str:
    return f"epoch  train loss  train acc  {job.dataset.evaluated + ' acc':>11}        lr  seconds"


def epoch_line(epoch: Epoch) -> str:
    return (
        f"{epoch.epoch:>5}  {epoch.train_loss:>10.4f}  {terminal.percent(epoch.train_accuracy):>9}"
        f"  {terminal.percent(epoch.accuracy):>11}  {epoch.lr:>8.3g}  {epoch.train_s:>7.1f}"
    )


def command(verb: str = "train") -> str:
    """How this command was called, for the advice to name what works here."""
    if Path(sys.argv[0]).name == "train_model.py":
        return "python train_model.py" if verb == "train" else f"python -m digitnet {verb}"
    return f"digitnet {verb}"

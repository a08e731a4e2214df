"""The finder's training: the loop that trains every network, fed with tiles."""

import math
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import torch

from digitnet.errors import DivergedError, RunError
from digitnet.training.adam import Adam
from digitnet.training.archive import load_archive, save_archive
from digitnet.training.checkpoint import packed, unpack
from digitnet.training.ema import MovingAverage
from digitnet.training.finder.loss import finder_loss
from digitnet.training.finder.model import FinderNet
from digitnet.training.finder.recipe import FinderRecipe
from digitnet.training.loop import Batches, train_steps
from digitnet.training.schedule import cosine
from digitnet.training.state import LoopState

STATE_FORMAT = "digitnet finder state"


def fresh_state(recipe: FinderRecipe, device: torch.device) -> LoopState:
    """The state before the first step."""
    with torch.random.fork_rng():
        torch.manual_seed(recipe.seed)
        model = FinderNet(recipe.widths)
    model = model.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimizer = Adam(
        model.parameters(),
        lr=recipe.lr,
        betas=(0.9, recipe.beta2),
        weight_decay=recipe.weight_decay,
        decoupled_weight_decay=True,
        fused=True,
    )
    ema = MovingAverage(model, recipe.ema_decay)
    return LoopState(model=model.train(), optimizer=optimizer, ema=ema)


def save_state(
    path: Path, recipe: FinderRecipe, state: LoopState, setting: Mapping[str, Any]
) -> None:
    """Write all that a training needs to go on. setting: plain values that it depends on too."""
    about = {"format": STATE_FORMAT, "version": 1, "recipe": recipe.to_dict()}
    save_archive(path, {**about, "setting": dict(setting), **packed(state)})


def load_state(
    path: Path, recipe: FinderRecipe, device: torch.device, setting: Mapping[str, Any]
) -> LoopState:
    """The state that `save_state` wrote.

    Raises:
        RunError: no such file, damaged, or of a training that was asked for otherwise.
    """
    content = load_archive(path, STATE_FORMAT)
    begun = {**content["recipe"], **content.get("setting", {})}
    for name, value in {**recipe.to_dict(), **setting}.items():
        if begun.get(name, value) != value:
            raise RunError(
                f"{path} is of a training with {name} {begun[name]}, not {value}; "
                "ask for the same to go on with it, or remove it"
            )
    state = fresh_state(recipe, device)
    unpack(content, state, path)
    return state


def train_finder(
    recipe: FinderRecipe, state: LoopState, batches: Batches, precision: torch.dtype
) -> Iterator[float]:
    """Train to the recipe's last step, yielding the mean loss of each hundred steps.

    Raises:
        DivergedError: the loss is not finite.
    """
    lr_at = partial(_lr_at, recipe, steps=len(batches))
    steps = train_steps(
        state,
        batches,
        finder_loss,
        lr_at,
        precision=precision,
        max_grad_norm=recipe.max_grad_norm,
    )
    losses = []
    for loss, _, _ in steps:
        losses.append(loss.clone())
        if state.step % 100 == 0 or state.step == recipe.steps:
            mean = float(torch.stack(losses).mean())
            losses.clear()
            if not math.isfinite(mean):
                raise DivergedError(
                    f"the loss is {mean} near step {state.step}: training diverged; "
                    "try a smaller --lr"
                )
            yield mean


def _lr_at(recipe: FinderRecipe, step: int, steps: int) -> float:
    return cosine(recipe.lr, (step + 1) / (steps + 1), recipe.warmup_fraction)

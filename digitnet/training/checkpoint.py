"""Checkpoints: the state of a training as a file, to go on from."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from digitnet.errors import RecipeError, RunError
from digitnet.training.archive import (
    load_archive,
    load_tensors,
    require_keys,
    require_shape,
    save_archive,
)
from digitnet.training.batches import DigitBatches
from digitnet.training.data.dataset import Dataset
from digitnet.training.metrics import Epoch
from digitnet.training.recipe import Recipe
from digitnet.training.state import LoopState, TrainingState

CHECKPOINT_FORMAT = "digitnet checkpoint"
VERSION = 2

_MISFIT = (AttributeError, IndexError, KeyError, TypeError, ValueError)


def packed(state: LoopState) -> dict[str, Any]:
    """What the loop changes, of any network, as entries of an archive."""
    averaged = state.ema.module is not state.model
    return {
        "model": state.model.state_dict(),
        "ema": state.ema.module.state_dict() if averaged else None,
        "optimizer": state.optimizer.state_dict(),
        "step": state.step,
    }


def unpack(content: Mapping[str, Any], state: LoopState, path: Path) -> None:
    """Put what `packed` made into a fresh state of the same network; `path` is for messages.

    Raises:
        RunError: tensors are missing, unknown or of another shape.
    """
    load_tensors(state.model, content["model"], path)
    if state.ema.module is not state.model:
        load_tensors(state.ema.module, content["ema"] or {}, path)
    try:
        parameters = list(state.model.parameters())
        for index, moments in content["optimizer"]["state"].items():
            for name, moment in moments.items():
                shape = () if name == "step" else parameters[index].shape
                require_shape(f"optimizer {index} {name}", moment, shape, path)
        state.optimizer.load_state_dict(content["optimizer"])
        if content["step"] < 0:
            raise ValueError("a step is counted from 0")
    except _MISFIT as error:
        raise RunError(f"{path} holds no state of this training; train again") from error
    state.step = content["step"]


def save_checkpoint(
    path: Path, recipe: Recipe, state: TrainingState, settings: dict[str, Any]
) -> None:
    """Write all that `read_checkpoint` and `restore_state` need to go on from here.

    settings: plain values that the run was started with (data, precision, threads).
    """
    content = {
        "format": CHECKPOINT_FORMAT,
        "version": VERSION,
        "recipe": asdict(recipe),
        "settings": settings,
        **packed(state),
        "losses": state.losses,
        "correct": state.correct,
        "image_losses": state.image_losses,
        "train_s": state.train_s,
        "history": [asdict(epoch) for epoch in state.history],
    }
    save_archive(path, content)


def read_checkpoint(path: Path) -> dict[str, Any]:
    """The checked content of a checkpoint; "recipe" as a Recipe, the rest as it was saved.

    Raises:
        RunError: no such file, damaged, of another kind or of a newer version.
    """
    content = load_archive(path, CHECKPOINT_FORMAT, versions=(1, VERSION))
    if content["version"] == 1:
        _rename_entries(content)
    expected = {
        "format", "version", "recipe", "settings", "model", "ema", "optimizer", "step",
        "losses", "correct", "image_losses", "train_s", "history",
    }  # fmt: skip
    require_keys(content, expected, path)
    try:
        content["recipe"] = Recipe.from_dict(content["recipe"])
    except (RecipeError, AttributeError, TypeError) as error:
        raise RunError(f"{path}: {error}; train again") from error
    return content


def restore_state(content: dict[str, Any], dataset: Dataset, path: Path) -> TrainingState:
    """The state that `read_checkpoint` found, on the data's device; `path` is for messages.

    Raises:
        RunError: tensors are missing, unknown or of another shape.
    """
    recipe = content["recipe"]
    state = TrainingState.fresh(recipe, dataset)
    unpack(content, state, path)
    try:
        state.history = [Epoch(**epoch) for epoch in content["history"]]
        starts = DigitBatches(recipe, dataset.train_images, dataset.train_labels).epoch_starts
        if content["version"] == 1:  # it counted steps from the epoch's first
            state.step += starts[state.epoch]
        first, last = starts[state.epoch], starts[min(state.epoch + 1, recipe.epochs)]
        if not first <= state.step <= last:
            raise ValueError("the step is not of the epoch")
    except _MISFIT as error:
        raise RunError(f"{path} holds no state of this training; train again") from error
    for name in ("losses", "correct", "image_losses"):
        tensor = getattr(state, name)
        if tensor is None:
            continue
        require_shape(name, content[name], tensor.shape, path)
        tensor.copy_(content[name])
    state.train_s = content["train_s"]
    return state


def _rename_entries(content: dict[str, Any]) -> None:
    """Give a checkpoint of version 1 the entries of today; `restore_state` counts its steps."""
    content["ema"] = content.pop("average", None)
    content.setdefault("image_losses", None)  # the earliest had none
    content.pop("epoch", None)  # it is the length of the history

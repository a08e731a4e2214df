"""Checkpoints and weights as files: data only, versioned, whole or not there.

Both are PyTorch archives read with `weights_only=True`, so that a file from
elsewhere can hold wrong numbers but never run code.
"""

import io
import math
import pickle
import zipfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from digitnet.errors import RecipeError, RunError
from digitnet.files import reason, write_atomically
from digitnet.training.data import Dataset
from digitnet.training.model import DigitNet
from digitnet.training.recipe import Recipe
from digitnet.training.state import Epoch, TrainingState

CHECKPOINT_FORMAT = "digitnet checkpoint"
WEIGHTS_FORMAT = "digitnet weights"
VERSION = 1

# Real files are of 0.1 to 5 MB (a million images' losses); a giant one is not read into memory.
_MOST_BYTES = 64 << 20


def save_checkpoint(
    path: Path, recipe: Recipe, state: TrainingState, settings: dict[str, Any]
) -> None:
    """Write all that `load_checkpoint` needs to go on from here.

    settings: plain values that the run was started with (data, precision, threads).
    """
    content = {
        "format": CHECKPOINT_FORMAT,
        "version": VERSION,
        "recipe": asdict(recipe),
        "settings": settings,
        "model": state.model.state_dict(),
        "average": state.average.state_dict() if state.average else None,
        "optimizer": state.optimizer.state_dict(),
        "losses": state.losses,
        "correct": state.correct,
        "image_losses": state.image_losses,
        "epoch": state.epoch,
        "step": state.step,
        "train_s": state.train_s,
        "history": [asdict(epoch) for epoch in state.history],
    }
    _save(path, content)


def read_checkpoint(path: Path) -> dict[str, Any]:
    """The checked content of a checkpoint; "recipe" as a Recipe, the rest as it was saved.

    Raises:
        RunError: no such file, damaged, of another kind or of a newer version.
    """
    content = _load(path, CHECKPOINT_FORMAT)
    content.setdefault("image_losses", None)  # earlier versions had none
    expected = {
        "format", "version", "recipe", "settings", "model", "average", "optimizer",
        "losses", "correct", "image_losses", "epoch", "step", "train_s", "history",
    }  # fmt: skip
    _require_keys(content, expected, path)
    try:
        content["recipe"] = Recipe.from_dict(content["recipe"])
    except (RecipeError, TypeError) as error:
        raise RunError(f"{path}: {error}; train again") from error
    return content


def restore_state(content: dict[str, Any], dataset: Dataset, path: Path) -> TrainingState:
    """The state that `read_checkpoint` found, on the data's device; `path` is for messages.

    Raises:
        RunError: tensors are missing, unknown or of another shape.
    """
    state = TrainingState.fresh(content["recipe"], dataset)
    _load_tensors(state.model, content["model"], path)
    if state.average is not None:
        _load_tensors(state.average, content["average"] or {}, path)
    try:
        parameters = list(state.model.parameters())
        for index, moments in content["optimizer"]["state"].items():
            for name, moment in moments.items():
                shape = () if name == "step" else parameters[index].shape
                _require_shape(f"optimizer {index} {name}", moment, shape, path)
        state.optimizer.load_state_dict(content["optimizer"])
        state.history = [Epoch(**epoch) for epoch in content["history"]]
        recipe, epoch = content["recipe"], len(state.history)
        seen = recipe.images_in(epoch, len(dataset.train_images))
        steps = math.ceil(seen / recipe.batch_size)
        if content["epoch"] != epoch or not 0 <= content["step"] <= steps:
            raise ValueError("epoch or step is out of range")
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise RunError(f"{path} holds no state of this training; train again") from error
    for name in ("losses", "correct", "image_losses"):
        tensor = getattr(state, name)
        if tensor is None:
            continue
        _require_shape(name, content[name], tensor.shape, path)
        tensor.copy_(content[name])
    state.epoch, state.step = content["epoch"], content["step"]
    state.train_s = content["train_s"]
    return state


def save_weights(path: Path, model: DigitNet, metadata: dict[str, Any]) -> None:
    """Write the network's tensors with plain values that say where they come from."""
    content = {
        "format": WEIGHTS_FORMAT,
        "version": VERSION,
        "metadata": metadata,
        "model": {name: tensor.cpu() for name, tensor in model.state_dict().items()},
    }
    _save(path, content)


def read_metadata(path: Path) -> dict[str, Any]:
    """What a weights file says of itself.

    Raises:
        RunError: no such file, damaged, of another kind or newer.
    """
    content = _load(path, WEIGHTS_FORMAT)
    _require_keys(content, {"format", "version", "metadata", "model"}, path)
    metadata: dict[str, Any] = content["metadata"]
    return metadata


def load_weights(path: Path | str) -> DigitNet:
    """The network that `save_weights` wrote, on the CPU, ready to evaluate.

    path: also a .safetensors file, as `digitnet export` writes it.

    Raises:
        RunError: no such file, damaged, of another kind, newer, or with other tensors.
    """
    path = Path(path)
    if path.suffix == ".safetensors":
        tensors = _load_safetensors(path)
    else:
        content = _load(path, WEIGHTS_FORMAT)
        _require_keys(content, {"format", "version", "metadata", "model"}, path)
        tensors = content["model"]
    bias = tensors.get("conv5.bias") if isinstance(tensors, dict) else None
    model = DigitNet(classes=11 if isinstance(bias, Tensor) and bias.shape == (11,) else 10)
    _load_tensors(model, tensors, path)
    return model.to(memory_format=torch.channels_last).eval()


def _load_safetensors(path: Path) -> dict[str, Tensor]:
    try:
        from safetensors import SafetensorError
        from safetensors.torch import load
    except ImportError as error:
        raise RunError(f"{path} needs a package; run: pip install safetensors") from error
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise RunError(f"{path} is larger than any weights of digitnet; is it another file?")
        return load(path.read_bytes())
    except OSError as error:
        raise RunError(f"cannot read {path}: {reason(error)}") from error
    except (SafetensorError, ValueError, KeyError, TypeError) as error:
        raise RunError(f"{path} is truncated, damaged or no safetensors file") from error


def _save(path: Path, content: dict[str, Any]) -> None:
    buffer = io.BytesIO()
    torch.save(content, buffer)
    write_atomically(path, buffer.getvalue())


def _load(path: Path, expected_format: str) -> dict[str, Any]:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise RunError(f"{path} is larger than any {expected_format} file; is it another file?")
        archive = path.read_bytes()
        _require_intact(archive)
        content = torch.load(io.BytesIO(archive), map_location="cpu", weights_only=True)
    except OSError as error:
        raise RunError(f"cannot read {path}: {reason(error)}") from error
    except (
        pickle.UnpicklingError, zipfile.BadZipFile, RuntimeError, EOFError, ValueError, TypeError,
        KeyError, IndexError, AttributeError, AssertionError, MemoryError, OverflowError,
    ) as error:  # fmt: skip
        raise RunError(
            f"{path} is truncated, damaged or no {expected_format} file; "
            "use another file or train again"
        ) from error
    found = content.get("format") if isinstance(content, dict) else type(content).__name__
    if found != expected_format:
        raise RunError(f"{path} holds {found!r}, expected a {expected_format!r} file")
    if content.get("version") != VERSION:
        raise RunError(
            f"{path} has format version {content.get('version')}, this digitnet reads {VERSION}; "
            "update digitnet"
        )
    return content


def _require_intact(content: bytes) -> None:
    """PyTorch stores a checksum of every entry, but does not look at it when it loads.

    Raises:
        zipfile.BadZipFile: no archive of PyTorch's present form, or a wrong checksum.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        # PyTorch packs nothing and sets no attributes; both change how it reads an entry.
        odd = [entry for entry in archive.infolist() if entry.compress_type or entry.external_attr]
        if odd or archive.testzip():
            raise zipfile.BadZipFile("an entry is damaged")


def _require_keys(content: Mapping[str, Any], expected: set[str], path: Path) -> None:
    found = set(content) if isinstance(content, Mapping) else set()
    if found != expected:
        odd = ", ".join(sorted(map(str, found ^ expected)))
        raise RunError(f"{path} lacks or adds entries ({odd}); use another file or train again")


def _require_shape(name: str, found: Any, expected: tuple[int, ...], path: Path) -> None:
    shape = list(found.shape) if isinstance(found, Tensor) else type(found).__name__
    if shape != list(expected):
        raise RunError(f"{path}: {name} has {shape}, expected {list(expected)}")


def _load_tensors(model: nn.Module, tensors: dict[str, Tensor], path: Path) -> None:
    own = model.state_dict()
    _require_keys(tensors, set(own), path)
    for name, tensor in own.items():
        _require_shape(name, tensors[name], tensor.shape, path)
    model.load_state_dict(tensors)

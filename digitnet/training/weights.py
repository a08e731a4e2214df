"""Weights as files: what a training leaves behind, to evaluate and to export."""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from digitnet.errors import RunError
from digitnet.files import reason
from digitnet.training.archive import (
    MOST_BYTES,
    load_archive,
    load_tensors,
    require_keys,
    save_archive,
)
from digitnet.training.fused import FusedDigitNet
from digitnet.training.model import DigitNet

WEIGHTS_FORMAT = "digitnet weights"


def save_weights(path: Path, model: DigitNet, metadata: dict[str, Any]) -> None:
    """Write the network's tensors with plain values that say where they come from."""
    content = {
        "format": WEIGHTS_FORMAT,
        "version": 1,
        "metadata": metadata,
        "model": {name: tensor.cpu() for name, tensor in model.state_dict().items()},
    }
    save_archive(path, content)


def read_metadata(path: Path) -> dict[str, Any]:
    """What a weights file says of itself.

    Raises:
        RunError: no such file, damaged, of another kind or newer.
    """
    content = load_archive(path, WEIGHTS_FORMAT)
    require_keys(content, {"format", "version", "metadata", "model"}, path)
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
        content = load_archive(path, WEIGHTS_FORMAT)
        require_keys(content, {"format", "version", "metadata", "model"}, path)
        tensors = content["model"]
    bias = tensors.get("conv5.bias") if isinstance(tensors, dict) else None
    model = FusedDigitNet(classes=11 if isinstance(bias, Tensor) and bias.shape == (11,) else 10)
    load_tensors(model, tensors, path)
    return model.to(memory_format=torch.channels_last).eval()


def _load_safetensors(path: Path) -> dict[str, Tensor]:
    try:
        from safetensors import SafetensorError
        from safetensors.torch import load
    except ImportError as error:
        raise RunError(f"{path} needs a package; run: pip install safetensors") from error
    try:
        if path.stat().st_size > MOST_BYTES:
            raise RunError(f"{path} is larger than any weights of digitnet; is it another file?")
        return load(path.read_bytes())
    except OSError as error:
        raise RunError(f"cannot read {path}: {reason(error)}") from error
    except (SafetensorError, ValueError, KeyError, TypeError) as error:
        raise RunError(f"{path} is truncated, damaged or no safetensors file") from error

"""Weights -> the one small binary that the page in the browser runs.

A line of JSON, padded with spaces to a multiple of four bytes, then the tensors named in it, one
after the other, little-endian. BatchNorm is stored as what it is once training is over: a scale
and a shift for each map, the convolution's bias in the shift. It is kept apart from the kernels,
so that the page can show a map before and after it.
"""

import json
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from digitnet.training.export import fingerprint
from digitnet.training.model import PIXEL_MEAN, PIXEL_STD, DigitNet

FORMAT = "digitnet page"
VERSION = 1
_NORMED = ("1", "2", "3", "4")


def to_page(model: DigitNet, metadata: dict[str, Any]) -> bytes:
    """The binary for `digitnet/web/static/weights.js`.

    metadata: plain values, kept in its first line.
    """
    described = {"mean": PIXEL_MEAN, "std": PIXEL_STD, "weights": fingerprint(model)} | metadata
    return packed(tensors_of(model), described)


def tensors_of(model: DigitNet) -> dict[str, np.ndarray]:
    """Kernels [out, in, 3, 3], scales and shifts [out], by name; the last layer has a bias."""
    state = {name: tensor.detach().cpu().double() for name, tensor in model.state_dict().items()}
    tensors: dict[str, Tensor] = {}
    for layer in _NORMED:
        eps = model.get_submodule(f"norm{layer}").eps
        norm = {part: state[f"norm{layer}.{part}"] for part in ("weight", "bias")}
        mean, variance = state[f"norm{layer}.running_mean"], state[f"norm{layer}.running_var"]
        scale = norm["weight"] / (variance + eps).sqrt()
        shift = (state[f"conv{layer}.bias"] - mean) * scale + norm["bias"]
        tensors |= {
            f"conv{layer}.kernel": state[f"conv{layer}.weight"],
            f"conv{layer}.scale": scale,
            f"conv{layer}.shift": shift,
        }
    tensors |= {"conv5.kernel": state["conv5.weight"], "conv5.bias": state["conv5.bias"]}
    return {name: tensor.contiguous().numpy() for name, tensor in tensors.items()}


def packed(tensors: dict[str, np.ndarray], metadata: dict[str, Any]) -> bytes:
    """The file's bytes. metadata: plain values beside its form."""
    described = {
        "format": FORMAT,
        "version": VERSION,
        "dtype": "float32",
        **metadata,
        "tensors": [[name, list(values.shape)] for name, values in tensors.items()],
    }
    line = json.dumps(described, separators=(",", ":")).encode()
    line += b" " * (-(len(line) + 1) % 4) + b"\n"
    return line + b"".join(values.astype("<f4").tobytes() for values in tensors.values())


def unpacked(content: bytes) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The tensors of such a file, float32, and what its first line says."""
    line, values = content.split(b"\n", 1)
    described = json.loads(line)
    flat = torch.from_numpy(np.frombuffer(values, "<f4").copy())
    shapes = [tuple(shape) for _, shape in described["tensors"]]
    parts = torch.split(flat, [int(np.prod(shape)) for shape in shapes])
    names = [name for name, _ in described["tensors"]]
    return {
        name: part.reshape(shape) for name, part, shape in zip(names, parts, shapes, strict=True)
    }, described


def logits(tensors: dict[str, Tensor], images: Tensor) -> Tensor:
    """What the page computes, to check a file by. images: float32 [N, 1, 28, 28], normalised."""
    features = images
    for layer in _NORMED:
        features = F.conv2d(features, tensors[f"conv{layer}.kernel"], padding=1)
        scale, shift = tensors[f"conv{layer}.scale"], tensors[f"conv{layer}.shift"]
        features = F.relu(features * scale[:, None, None] + shift[:, None, None])
        if layer == "2":
            features = F.max_pool2d(features, 2)
    scores = F.conv2d(features, tensors["conv5.kernel"], tensors["conv5.bias"], padding=1)
    return scores.mean(dim=(2, 3))

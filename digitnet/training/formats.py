"""A trained network in the forms that other programs read, each checked against it."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnxruntime
import torch
from torch import Tensor

from digitnet.errors import RunError
from digitnet.training.calibrate import fit_temperature, fit_threshold
from digitnet.training.data.dataset import Dataset
from digitnet.training.evaluation import all_logits
from digitnet.training.export import PARITY, Logits, to_onnx
from digitnet.training.model import DigitNet, normalise
from digitnet.training.page_weights import logits as page_logits
from digitnet.training.page_weights import to_page, unpacked
from digitnet.training.recipe import Recipe

# Every form gives logits for normalised images, float32 [N, 1, 28, 28].
Reads = Callable[[Tensor], Tensor]
_BATCH = 1000


@dataclass(frozen=True)
class Parity:
    """How a file does beside the network it was made from, on the same images.

    accuracy, expected: of the file and of the network, in [0, 1]; largest: difference of a
    probability.
    """

    accuracy: float
    expected: float
    largest: float


def to_safetensors(model: DigitNet, metadata: dict[str, Any]) -> bytes:
    """The tensors alone, named as PyTorch names them."""
    from safetensors.torch import save

    tensors = {name: t.contiguous() for name, t in model.state_dict().items()}
    described = {"format": "pt", "digitnet": json.dumps(metadata)}
    return save(tensors, described)


def to_pt2(model: DigitNet) -> bytes:
    """PyTorch's exported program."""
    buffer = io.BytesIO()
    count = torch.export.Dim("count", min=1, max=1 << 20)
    example = (torch.zeros(2, 1, 28, 28),)
    program = torch.export.export(Logits(plain(model)), example, dynamic_shapes=({0: count},))
    torch.export.save(program, buffer)
    return buffer.getvalue()


def plain(model: DigitNet) -> DigitNet:
    return model.eval().to(memory_format=torch.contiguous_format)


FORMATS: dict[str, Callable[[DigitNet, dict[str, Any]], bytes]] = {
    "onnx": to_onnx,
    "safetensors": to_safetensors,
    "pt2": lambda model, _: to_pt2(model),
    "page": to_page,
}


def reader_of(form: str, content: bytes) -> Reads:
    """What reads a file of ours in this form."""
    if form == "onnx":
        session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
        return lambda images: torch.from_numpy(session.run(None, {"images": images.numpy()})[0])
    if form == "safetensors":
        from safetensors.torch import load

        tensors = load(content)
        model = DigitNet(classes=len(tensors["conv5.bias"]))
        model.load_state_dict(tensors)
        return model.eval().logits
    if form == "page":
        tensors, _ = unpacked(content)
        return lambda images: page_logits(tensors, images)
    program = torch.export.load(io.BytesIO(content)).module()
    return lambda images: program(images)


def parity(
    model: DigitNet, reads: Reads, images: Tensor, labels: Tensor, most: float = PARITY
) -> Parity:
    """Compare a file with its network on every image.

    images: uint8 [N, 1, 28, 28]; labels: int64 [N]. most: the largest difference of a
    probability that may be.

    Raises:
        RunError: they differ by more, or in accuracy.
    """
    expected = all_logits(plain(model), images)
    with torch.inference_mode():
        found = torch.cat([reads(normalise(b.float() / 255)) for b in torch.split(images, _BATCH)])
    result = Parity(
        accuracy=float((found[:, :10].argmax(1) == labels).float().mean()),
        expected=float((expected[:, :10].argmax(1) == labels).float().mean()),
        largest=float((found.softmax(1) - expected.softmax(1)).abs().max()),
    )
    if not (result.largest <= most and np.isclose(result.accuracy, result.expected, atol=1e-9)):
        raise RunError(
            f"not written: the file would differ from the network by {result.largest:.1e}, its "
            f"accuracy be {100 * result.accuracy:.2f} in place of {100 * result.expected:.2f} %"
        )
    return result


def describe(model: DigitNet, metadata: dict[str, Any], dataset: Dataset) -> dict[str, Any]:
    """What a file says of itself; temperature and threshold where the network refuses.

    metadata: of the weights. dataset: MNIST as it is loaded, without a holdout.

    Raises:
        RunError: the weights were trained on other data.
    """
    recipe = Recipe.from_dict(metadata["recipe"])
    if metadata["fingerprint"] != dataset.fingerprint:
        raise RunError(
            f"the run was trained on other data than {dataset.source}; name it with --data"
        )
    described = {
        "recipe": metadata["recipe_name"],
        "accuracy": metadata["accuracy"],
        "classes": ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "none"][: recipe.classes],
        "data": dataset.fingerprint,
        "licence": "MIT; trained on MNIST (CC BY-SA 3.0)",
    }
    if recipe.classes != 11 or not recipe.holdout:
        return described
    holdout = dataset.with_holdout(recipe.holdout, recipe.seed)
    with torch.inference_mode():
        logits = all_logits(model, holdout.eval_images)
    temperature, threshold = (
        fit_temperature(logits[:, :10], holdout.eval_labels),
        fit_threshold(logits),
    )
    return {
        "temperature": temperature,
        "digit_threshold": threshold,
        **described,
    }

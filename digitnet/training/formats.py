"""A trained network in the forms that other programs read, each checked against it."""

import io
import json
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnxruntime
import torch
from torch import Tensor

from digitnet.errors import RunError
from digitnet.training.evaluation import all_logits
from digitnet.training.export import Logits, to_onnx
from digitnet.training.model import DigitNet, normalise

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


def to_torchscript(model: DigitNet) -> bytes:
    """For libtorch."""
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch prefers its newer forms
        example = torch.zeros(2, 1, 28, 28)
        script = torch.jit.trace(Logits(plain(model)), example)  # type: ignore[no-untyped-call]
        torch.jit.save(script, buffer)
    return buffer.getvalue()


def to_pt2(model: DigitNet) -> bytes:
    """PyTorch's exported program."""
    buffer = io.BytesIO()
    count = torch.export.Dim("count", min=1, max=1 << 20)
    example = (torch.zeros(2, 1, 28, 28),)
    program = torch.export.export(Logits(plain(model)), example, dynamic_shapes=({0: count},))
    torch.export.save(program, buffer)
    return buffer.getvalue()


def to_int8(content: bytes, images: Tensor) -> bytes:
    """An ONNX file with weights and activations of 8 bits, their ranges taken from `images`.

    images: float32 [N, 1, 28, 28], normalised, of the training set.
    """
    import tempfile
    from pathlib import Path

    import onnx
    from onnxruntime import quantization

    class Some(quantization.CalibrationDataReader):  # type: ignore[misc]
        def __init__(self) -> None:
            self.batches = iter(images.split(64))  # type: ignore[no-untyped-call]

        def get_next(self) -> dict[str, Any] | None:
            batch = next(self.batches, None)
            return None if batch is None else {"images": batch.numpy()}

    metadata = onnx.load_from_string(content).metadata_props
    with tempfile.TemporaryDirectory() as name:  # the library works on files alone
        before, after = Path(name) / "before.onnx", Path(name) / "after.onnx"
        quantization.quant_pre_process(onnx.load_from_string(content), str(before))
        quantization.quantize_static(
            str(before), str(after), Some(), quant_format=quantization.QuantFormat.QDQ,
            per_channel=True, op_types_to_quantize=["Conv"],
        )  # fmt: skip
        quantised = onnx.load(str(after))
    del quantised.metadata_props[:]
    quantised.metadata_props.extend(metadata)
    return quantised.SerializeToString()


def plain(model: DigitNet) -> DigitNet:
    return model.eval().to(memory_format=torch.contiguous_format)


FORMATS: dict[str, Callable[[DigitNet, dict[str, Any]], bytes]] = {
    "onnx": to_onnx,
    "safetensors": to_safetensors,
    "torchscript": lambda model, _: to_torchscript(model),
    "pt2": lambda model, _: to_pt2(model),
}
SUFFIXES = {
    "onnx": ".onnx", "safetensors": ".safetensors", "torchscript": ".torchscript", "pt2": ".pt2",
}  # fmt: skip


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
    if form == "torchscript":
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            script = torch.jit.load(io.BytesIO(content))  # type: ignore[no-untyped-call]
        return lambda images: script(images)
    program = torch.export.load(io.BytesIO(content)).module()
    return lambda images: program(images)


def parity(
    model: DigitNet, reads: Reads, images: Tensor, labels: Tensor, most: float | None = 1e-5
) -> Parity:
    """Compare a file with its network on every image.

    images: uint8 [N, 1, 28, 28]; labels: int64 [N]. most: the largest difference of a
    probability that may be; None for any.

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
    if most is not None and not (
        result.largest <= most and np.isclose(result.accuracy, result.expected, atol=1e-9)
    ):
        raise RunError(
            f"not written: the file would differ from the network by {result.largest:.1e}, its "
            f"accuracy be {100 * result.accuracy:.2f} in place of {100 * result.expected:.2f} %"
        )
    return result

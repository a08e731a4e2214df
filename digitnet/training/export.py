"""Weights -> the ONNX files that the reading half runs, checked against the network.

One takes normalised images and gives logits; what else the reader must know (preparation,
temperature, threshold of refusal, where it all comes from) stands in its own metadata. A
second gives what every layer makes of an image, for those who want to look inside.
"""

import hashlib
import json
import logging
import warnings
from pathlib import Path
from typing import Any

import onnx
import onnxruntime
import torch
from torch import Tensor, nn

from digitnet.errors import RunError
from digitnet.files import write_atomically
from digitnet.training.model import PIXEL_MEAN, PIXEL_STD, DigitNet

VERSION = 1
PARITY = 1e-5  # largest difference of a probability between torch and ONNX Runtime


class Logits(nn.Module):
    """The network up to its ten scores; the reader takes the softmax at its own temperature."""

    def __init__(self, model: DigitNet):
        super().__init__()
        self.model = model

    def forward(self, images: Tensor) -> Tensor:
        """images: float32 [N, 1, 28, 28], normalised; returns logits float32 [N, 10]."""
        return self.model.logits(images)


class Inside(nn.Module):
    """Every layer's maps, computed layer by layer as documented, and every kernel."""

    names = ("relu1", "relu2", "relu3", "relu4", "conv5")
    kernels = ("conv1", "conv2", "conv3", "conv4", "conv5")

    def __init__(self, model: DigitNet):
        super().__init__()
        self.model = model

    def forward(self, images: Tensor) -> tuple[Tensor, ...]:
        """images: float32 [N, 1, 28, 28], normalised; returns maps [N, C, H, W], then kernels."""
        outputs = self.model.activations(images)
        # An output must be computed: a bare parameter would be lost.
        kernels = [self.model.get_parameter(f"{name}.weight") * 1 for name in self.kernels]
        return *(outputs[name] for name in self.names), *kernels


def to_onnx(model: DigitNet, metadata: dict[str, Any]) -> bytes:
    """An ONNX file of `model` with a free batch size.

    metadata: plain values; each becomes JSON in the file.
    """
    described = {"format": "digitnet", "mean": PIXEL_MEAN, "std": PIXEL_STD} | metadata
    return _exported(Logits(model), ["logits"], model, described)


def inside_to_onnx(model: DigitNet) -> bytes:
    """An ONNX file of what happens inside `model`."""
    names = [*Inside.names, *(f"kernel of {name}" for name in Inside.kernels)]
    return _exported(Inside(model), names, model, {"format": "digitnet inside"})


def fingerprint(model: nn.Module) -> str:
    """SHA-256 over the network's tensors: tells which two files belong together."""
    digest = hashlib.sha256()
    for tensor in model.state_dict().values():
        digest.update(tensor.contiguous().numpy().tobytes())
    return digest.hexdigest()


def _exported(
    module: nn.Module,
    outputs: list[str],
    model: nn.Module,
    metadata: dict[str, Any],
) -> bytes:
    """An ONNX file of `module` with a free batch size, its weights stored as `model` has them."""
    model.eval().to(memory_format=torch.contiguous_format)
    for name in ("torch.onnx", "onnx_ir"):
        logging.getLogger(name).setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter warns of its own internals
        program = torch.onnx.export(
            module,
            (torch.zeros(2, 1, 28, 28),),
            dynamo=True,
            input_names=["images"],
            output_names=outputs,
            dynamic_shapes=({0: torch.export.Dim("count")},),
            verbose=False,
        )
    assert program is not None
    proto = program.model_proto
    forget_source(proto)
    described = {"version": VERSION, "weights": fingerprint(model)} | metadata
    for name, value in described.items():
        entry = proto.metadata_props.add()
        entry.key, entry.value = name, json.dumps(value)
    onnx.checker.check_model(proto)
    return proto.SerializeToString()


def forget_source(proto: Any) -> None:
    """The exporter notes at each node which line of which file made it, on this machine."""
    for part in (*proto.graph.node, *proto.graph.value_info, *proto.graph.initializer):
        del part.metadata_props[:]
        part.doc_string = ""
    for part in (proto, proto.graph, *proto.graph.input, *proto.graph.output):
        del part.metadata_props[:]
        part.doc_string = ""


def largest_difference(content: bytes, model: nn.Module, images: Tensor) -> float:
    """The largest difference of a probability between torch and ONNX Runtime.

    images: float32 [N, 1, 28, 28], normalised.
    """
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    scores = torch.from_numpy(session.run(None, {"images": images.numpy()})[0])
    with torch.inference_mode():
        expected = model.eval()(images).exp()
    return float((scores.softmax(dim=-1) - expected).abs().max())


def _written_if_alike(path: Path, content: bytes, model: nn.Module, images: Tensor) -> float:
    difference = largest_difference(content, model, images)
    if not difference <= PARITY:
        raise RunError(f"{path} not written: ONNX Runtime and torch differ by {difference:.1e}")
    write_atomically(path, content)
    return difference


def export_onnx(path: Path, model: DigitNet, metadata: dict[str, Any], images: Tensor) -> float:
    """Write `model` to `path` once it agrees with torch on `images`; returns the difference.

    Beside it, `<name>.inside.onnx` is written, for `Network.inside`.

    Raises:
        RunError: the two disagree, or the file cannot be written.
    """
    difference = _written_if_alike(path, to_onnx(model, metadata), model, images)
    write_atomically(path.with_suffix(".inside.onnx"), inside_to_onnx(model))
    return difference

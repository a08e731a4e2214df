"""Weights -> the ONNX files that the reading half runs, checked against the network.

One takes normalised images and gives logits; what else the reader must know (preparation,
temperature, threshold of refusal, where it all comes from) stands in its own metadata. A
second gives what every layer makes of an image, for those who want to look inside; a third
reads strips of digits that touch.
"""

import copy
import hashlib
import json
import logging
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from digitnet.errors import RunError
from digitnet.files import write_atomically
from digitnet.training.model import PIXEL_MEAN, PIXEL_STD, DigitNet, normalise
from digitnet.training.touching import StripNet

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


def touching_to_onnx(model: StripNet, metadata: dict[str, Any]) -> bytes:
    """An ONNX file of the network for digits that touch, for strips of any even width.

    Large weights are stored in 8 bits, which makes a file a quarter as large; the runtime
    computes in single precision all the same. model: as `rounded` gives it.
    """
    described = {"format": "digitnet touching", "mean": PIXEL_MEAN, "std": PIXEL_STD} | metadata
    proto = onnx.load_from_string(_exported(model, ["log_probs"], model, described, True))
    _store_in_bytes(proto.graph)
    onnx.checker.check_model(proto)
    return proto.SerializeToString()


def rounded(model: StripNet) -> StripNet:
    """A copy with BatchNorm folded into the convolutions, and weights that fit into 8 bits."""
    layers: list[nn.Module] = []
    for layer in copy.deepcopy(model.eval()):
        if isinstance(layer, nn.BatchNorm2d):
            convolution = layers[-1]
            assert isinstance(convolution, nn.Conv2d)
            layers[-1] = fuse_conv_bn_eval(convolution, layer)
        else:
            layers.append(layer)
    folded = StripNet(*layers)
    with torch.no_grad():
        for weights in folded.parameters():
            if weights.ndim == 4:
                whole, scale = _in_bytes(weights.numpy())
                weights.copy_(torch.from_numpy(whole * scale[:, None, None, None]))
    return folded


def _in_bytes(weights: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Weights [outputs, ...] as whole numbers from -127 to 127 and, for each output, their unit."""
    largest = np.abs(weights).reshape(len(weights), -1).max(axis=1)
    scale = np.maximum(largest / 127, 1e-12).astype(np.float32)
    whole = np.rint(weights / scale.reshape(-1, *[1] * (weights.ndim - 1)))
    return whole.astype(np.int8), scale


def _store_in_bytes(graph: Any) -> None:
    """Keep each kernel in 8 bits, and a node that widens it when the network runs."""
    for weight in list(graph.initializer):
        values = onnx.numpy_helper.to_array(weight)
        if values.ndim != 4:
            continue
        name = weight.name
        whole, scale = _in_bytes(values)
        weight.CopyFrom(onnx.numpy_helper.from_array(whole, f"{name} in 8 bits"))
        graph.initializer.append(onnx.numpy_helper.from_array(scale, f"{name} unit"))
        inputs = [f"{name} in 8 bits", f"{name} unit"]
        widen = onnx.helper.make_node("DequantizeLinear", inputs, [name], axis=0)
        graph.node.insert(0, widen)


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
    free_width: bool = False,
) -> bytes:
    """An ONNX file of `module` with a free batch size, its weights stored as `model` has them."""
    model.eval().to(memory_format=torch.contiguous_format)
    example = torch.zeros(2, 1, 28, 72 if free_width else 28)
    shapes = {0: torch.export.Dim("count")}
    if free_width:
        shapes[3] = 2 * torch.export.Dim("half_width", min=4, max=1 << 14)
    for name in ("torch.onnx", "onnx_ir"):
        logging.getLogger(name).setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter warns of its own internals
        program = torch.onnx.export(
            module,
            (example,),
            dynamo=True,
            input_names=["images"],
            output_names=outputs,
            dynamic_shapes=(shapes,),
            verbose=False,
        )
    assert program is not None
    proto = program.model_proto
    _forget_source(proto)
    described = {"version": VERSION, "weights": fingerprint(model)} | metadata
    for name, value in described.items():
        entry = proto.metadata_props.add()
        entry.key, entry.value = name, json.dumps(value)
    onnx.checker.check_model(proto)
    return proto.SerializeToString()


def _forget_source(proto: Any) -> None:
    """The exporter notes at each node which line of which file made it, on this machine."""
    for part in (*proto.graph.node, *proto.graph.value_info, *proto.graph.initializer):
        del part.metadata_props[:]
        part.doc_string = ""
    for part in (proto, proto.graph, *proto.graph.input, *proto.graph.output):
        del part.metadata_props[:]
        part.doc_string = ""


def largest_difference(content: bytes, model: nn.Module, images: Tensor) -> float:
    """The largest difference of a probability between torch and ONNX Runtime.

    images: float32 [N, 1, 28, W], normalised.
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


def export_touching(path: Path, model: StripNet, metadata: dict[str, Any], strips: Tensor) -> float:
    """Write `model` to `path` once it agrees with torch on `strips`; returns the difference.

    strips: uint8 [N, 1, 28, W].

    Raises:
        RunError: the two disagree, or the file cannot be written.
    """
    model = rounded(model)
    content = touching_to_onnx(model, metadata)
    return _written_if_alike(path, content, model, normalise(strips.float() / 255))

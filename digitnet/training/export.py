"""Weights -> the ONNX file that the reading half runs, checked against the network.

The file takes normalised images and gives logits; what else the reader must know
(preparation, temperature, threshold of refusal, where it all comes from) stands in
the file's own metadata.
"""

import json
import logging
import warnings
from pathlib import Path
from typing import Any

import onnx.checker
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


def to_onnx(model: DigitNet, metadata: dict[str, Any]) -> bytes:
    """An ONNX file of `model` with a free batch size.

    metadata: plain values; each becomes JSON in the file.
    """
    model = model.eval().to(memory_format=torch.contiguous_format)
    example = torch.zeros(2, 1, 28, 28)
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter warns of its own internals
        program = torch.onnx.export(
            Logits(model),
            (example,),
            dynamo=True,
            input_names=["images"],
            output_names=["logits"],
            dynamic_shapes={"images": {0: torch.export.Dim("count")}},
            verbose=False,
        )
    assert program is not None
    proto = program.model_proto
    described = {"format": "digitnet", "version": VERSION, "mean": PIXEL_MEAN, "std": PIXEL_STD}
    for name, value in (described | metadata).items():
        entry = proto.metadata_props.add()
        entry.key, entry.value = name, json.dumps(value)
    onnx.checker.check_model(proto)
    return proto.SerializeToString()


def largest_difference(content: bytes, model: DigitNet, images: Tensor) -> float:
    """The largest difference of a probability between torch and ONNX Runtime.

    images: float32 [N, 1, 28, 28], normalised.
    """
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    logits = session.run(None, {"images": images.numpy()})[0]
    with torch.inference_mode():
        expected = model.eval()(images).exp()
    found = torch.softmax(torch.from_numpy(logits), dim=1)
    return float((found - expected).abs().max())


def export_onnx(path: Path, model: DigitNet, metadata: dict[str, Any], images: Tensor) -> float:
    """Write `model` to `path` once it agrees with torch on `images`; returns the difference.

    Raises:
        RunError: the two disagree, or the file cannot be written.
    """
    content = to_onnx(model, metadata)
    difference = largest_difference(content, model, images)
    if not difference <= PARITY:
        raise RunError(f"{path} not written: ONNX Runtime and torch differ by {difference:.1e}")
    write_atomically(path, content)
    return difference

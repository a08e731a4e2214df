"""The finder as an ONNX file: what `digitnet.reading` runs."""

import copy
import hashlib
import json
import logging
import warnings
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from digitnet.training.export import forget_source
from digitnet.training.finder import FinderNet

FORMAT = "digitnet finder"
VERSION = 1


class _WithFeatures(nn.Module):
    """Both outputs of the file, computed once."""

    def __init__(self, model: FinderNet):
        super().__init__()
        self.model = model

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        features = self.model.features(pictures)
        return self.model.head(features), features


def finder_to_onnx(model: FinderNet, metadata: dict[str, Any]) -> bytes:
    """The network with BatchNorm folded into its kernels, these stored in 16 bits.

    Inputs and outputs: "pictures" float32 [N, 1, H, W], H and W multiples of 16; "maps" float32
    [N, 20, H/4, W/4] as `FinderNet.forward` gives them, "features" float32 [N, 64, H/4, W/4].
    metadata: JSON values, kept in the file beside its format and version.
    """
    model = copy.deepcopy(model).cpu().eval()  # one that is being trained stays as it is
    free = torch.export.Dim.DYNAMIC
    for name in ("torch.onnx", "onnx_ir", "onnxscript"):
        logging.getLogger(name).setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            _WithFeatures(model),
            (torch.zeros(2, 1, 64, 96),),
            dynamo=True,
            verbose=False,
            dynamic_shapes=({0: free, 2: free, 3: free},),
            input_names=["pictures"],
            output_names=["maps", "features"],
            opset_version=20,
        )
    assert program is not None
    program.optimize()
    proto = program.model_proto
    forget_source(proto)
    _in_16_bits(proto)
    for name, value in {"format": FORMAT, "version": VERSION, **metadata}.items():
        entry = proto.metadata_props.add()
        entry.key, entry.value = name, json.dumps(value)
    onnx.checker.check_model(proto)
    return proto.SerializeToString()


def fingerprint(model: nn.Module) -> str:
    """What tells these weights from others, 16 hexadecimal digits."""
    digest = hashlib.sha256()
    for tensor in model.state_dict().values():
        digest.update(tensor.detach().cpu().numpy().tobytes())
    return digest.hexdigest()[:16]


def _in_16_bits(proto: onnx.ModelProto) -> None:
    """Store every kernel as float16, widened when the file is loaded."""
    graph = proto.graph
    for weight in list(graph.initializer):
        values = numpy_helper.to_array(weight)
        if values.dtype != np.float32 or values.ndim < 4:
            continue
        name = weight.name
        narrow = numpy_helper.from_array(values.astype(np.float16), f"{name} in 16 bits")
        graph.initializer.remove(weight)
        graph.initializer.append(narrow)
        widen = onnx.helper.make_node("Cast", [narrow.name], [name], to=onnx.TensorProto.FLOAT)
        graph.node.insert(0, widen)

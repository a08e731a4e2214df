"""The finder as an ONNX file: what `digitnet.reading` runs."""

import copy
import hashlib
import json
import logging
import warnings
from collections.abc import Iterable
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from digitnet.training.export import forget_source
from digitnet.training.finder.model import FinderNet
from digitnet.training.finder.quantisation import in_8_bits

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


def finder_to_onnx(
    model: FinderNet, metadata: dict[str, Any], samples: Iterable[NDArray[np.float32]]
) -> bytes:
    """The network with BatchNorm folded into its kernels, computed in 8 bits between the first
    and the last convolution.

    Inputs and outputs: "pictures" float32 [N, 1, H, W], H and W multiples of 16; "maps" float32
    [N, 20, H/4, W/4] as `FinderNet.forward` gives them, "features" float32 [N, 64, H/4, W/4].
    metadata: JSON values, kept in the file beside its format and version. samples: float32
    [1, 1, H, W], pictures as it will see them: they tell in which ranges its features lie.
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
    convolutions = [node.name for node in proto.graph.node if node.op_type == "Conv"]
    # The pixels, and what decides in the end, in full: that is 4 % of the work.
    proto = in_8_bits(proto, samples, precise=(convolutions[0], convolutions[-1]))
    return _written(proto, {"format": FORMAT, "version": VERSION, **metadata})


def with_metadata(content: bytes, more: dict[str, Any]) -> bytes:
    """The file with more of what is kept beside the network. more: JSON values."""
    return _written(onnx.load_from_string(content), more)


def _written(proto: onnx.ModelProto, more: dict[str, Any]) -> bytes:
    for name, value in more.items():
        entry = proto.metadata_props.add()
        entry.key, entry.value = name, json.dumps(value)
    onnx.checker.check_model(proto)
    content: bytes = proto.SerializeToString()
    return content


def fingerprint(model: nn.Module) -> str:
    """What tells these weights from others, 16 hexadecimal digits."""
    digest = hashlib.sha256()
    for tensor in model.state_dict().values():
        digest.update(tensor.detach().cpu().numpy().tobytes())
    return digest.hexdigest()[:16]

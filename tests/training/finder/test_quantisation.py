import logging

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from digitnet.training.finder.quantisation import in_8_bits

RANDOM = np.random.default_rng(0)
SHAPES = (8, 1, 3, 3), (4, 8, 3, 3)
KERNELS = [RANDOM.standard_normal(shape).astype(np.float32) for shape in SHAPES]


def network() -> onnx.ModelProto:
    """Two convolutions with a ReLU between them."""
    nodes = [
        helper.make_node("Conv", ["x", "k0"], ["a"], "first", pads=[1] * 4),
        helper.make_node("Relu", ["a"], ["b"], "relu"),
        helper.make_node("Conv", ["b", "k1"], ["y"], "second", pads=[1] * 4),
    ]
    ports = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", channels, "h", "w"])
        for name, channels in (("x", 1), ("y", 4))
    ]
    kernels = [numpy_helper.from_array(kernel, f"k{i}") for i, kernel in enumerate(KERNELS)]
    graph = helper.make_graph(nodes, "two", ports[:1], ports[1:], kernels)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=8)


def samples(count: int = 4) -> list[np.ndarray]:
    return [RANDOM.uniform(-1, 1, (1, 1, 16, 16)).astype(np.float32) for _ in range(count)]


def run(proto: onnx.ModelProto, picture: np.ndarray) -> np.ndarray:
    session = onnxruntime.InferenceSession(proto.SerializeToString())
    return session.run(None, {"x": picture})[0]


def kernel_types(proto: onnx.ModelProto) -> list[str]:
    arrays = [numpy_helper.to_array(weight) for weight in proto.graph.initializer]
    return sorted(str(array.dtype) for array in arrays if array.ndim == 4)


@pytest.mark.slow
def test_the_answers_stay_nearly_the_same():
    quantised = in_8_bits(network(), samples(16))
    for picture in samples():
        wanted, got = run(network(), picture), run(quantised, picture)
        assert 0 < np.abs(got - wanted).mean() < 0.03 * wanted.std()
    assert kernel_types(quantised) == ["int8", "int8"]


def test_precise_nodes_stay_as_they_are():
    assert kernel_types(in_8_bits(network(), samples(), precise=["second"])) == ["float32", "int8"]


def test_kernels_have_seven_bits_so_that_every_processor_counts_the_same():
    quantised = in_8_bits(network(), samples())
    kernels = [numpy_helper.to_array(weight) for weight in quantised.graph.initializer]
    assert max(np.abs(k.astype(int)).max() for k in kernels if k.ndim == 4) <= 64


def test_it_is_the_same_every_time_and_leaves_the_log_as_it_was(caplog):
    given = samples()
    first, second = (in_8_bits(network(), given) for _ in range(2))
    assert first.SerializeToString() == second.SerializeToString()
    assert not first.metadata_props
    assert not caplog.records
    assert logging.root.manager.disable == logging.NOTSET

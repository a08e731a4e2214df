import copy
import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from onnx import numpy_helper

from digitnet.reading.finder import Finder
from digitnet.training.finder.export import (
    FORMAT,
    VERSION,
    finder_to_onnx,
    fingerprint,
    with_metadata,
)
from digitnet.training.finder.model import FEATURES, MAPS, STRIDE, FinderNet

METADATA = {"weights": "0123", "recipe": {"widths": [16, 24, 32]}, "note": "größer"}


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    model = FinderNet((16, 24, 32)).train()
    with torch.no_grad():
        for _ in range(20):  # BatchNorm's statistics are no longer the initial ones
            model(torch.randn(4, 1, 64, 64))
    return model.eval()


@pytest.fixture(scope="module")
def exported(model):
    """A network in the middle of its training, and its file."""
    training = copy.deepcopy(model).train()
    return training, finder_to_onnx(training, METADATA, pictures(8))


def pictures(count: int) -> list[np.ndarray]:
    random = np.random.default_rng(0)
    return [
        np.clip(random.standard_normal((1, 1, 64, 64)), -4, 4).astype(np.float32)
        for _ in range(count)
    ]


@pytest.fixture(scope="module")
def content(exported) -> bytes:
    return exported[1]


@pytest.fixture(scope="module")
def session(content):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(content, options)


def run(session, pictures):
    return session.run(["maps", "features"], {"pictures": pictures.numpy()})


@pytest.mark.slow
@pytest.mark.parametrize("size", [(1, 16, 16), (1, 64, 96), (3, 112, 48)])
def test_onnx_runtime_agrees_with_torch_at_every_size(model, session, size):
    count, height, width = size
    pictures = torch.randn(count, 1, height, width).clamp(-4, 4)
    maps, features = run(session, pictures)
    assert maps.shape == (count, MAPS, height // STRIDE, width // STRIDE)
    assert features.shape == (count, FEATURES, height // STRIDE, width // STRIDE)
    with torch.no_grad():
        # Kernels of 7 bits: a hundredth of what a feature is, rarely more.
        for got, wanted in ((maps, model(pictures)), (features, model.features(pictures))):
            assert np.abs(got - wanted.numpy()).mean() < 0.05 * float(wanted.std())
            assert np.corrcoef(got.ravel(), wanted.numpy().ravel())[0, 1] > 0.995


@pytest.mark.slow
def test_the_maps_are_the_head_of_the_features(model, session):
    maps, features = run(session, torch.randn(1, 1, 64, 64))
    weight = model.head.weight.detach().numpy()[:, :, 0, 0]
    by_hand = np.einsum("mf,nfhw->nmhw", weight, features)
    by_hand += model.head.bias.detach().numpy()[:, None, None]
    assert np.abs(maps - by_hand).max() < 1e-4


@pytest.mark.slow
def test_kernels_but_the_first_and_last_have_8_bits_with_norms_folded_in(model, content):
    graph = onnx.load_from_string(content).graph
    kernels = [numpy_helper.to_array(weight) for weight in graph.initializer]
    kernels = [kernel for kernel in kernels if kernel.ndim == 4]
    convolutions = [module for module in model.modules() if isinstance(module, torch.nn.Conv2d)]
    assert len(kernels) == len(convolutions)
    whole = [kernel for kernel in kernels if kernel.dtype == np.float32]
    assert {kernel.shape[0] for kernel in whole} == {16, MAPS}
    assert {kernel.dtype for kernel in kernels} == {np.dtype(np.float32), np.dtype(np.int8)}
    assert all(np.isfinite(kernel).all() for kernel in kernels)
    assert "BatchNormalization" not in {node.op_type for node in graph.node}
    weights = sum(module.weight.numel() for module in convolutions)
    assert weights < len(content) < 2 * weights + 60_000


@pytest.mark.slow
def test_its_metadata_can_be_read_again(content):
    properties = {p.key: json.loads(p.value) for p in onnx.load_from_string(content).metadata_props}
    assert properties == {"format": FORMAT, "version": VERSION, **METADATA}


@pytest.mark.slow
def test_what_is_added_stands_beside_what_was_there(content):
    before, after = (
        onnx.load_from_string(content),
        onnx.load_from_string(with_metadata(content, {"calibration": {"one": [[0.5, 1.0]]}})),
    )
    properties = {entry.key: json.loads(entry.value) for entry in after.metadata_props}
    assert properties.pop("calibration") == {"one": [[0.5, 1.0]]}
    assert properties == {"format": FORMAT, "version": VERSION, **METADATA}
    assert after.graph == before.graph


@pytest.mark.slow
def test_the_reader_takes_the_file(content, tmp_path):
    path = tmp_path / "finder.onnx"
    path.write_bytes(content)
    finder = Finder(path, threads=1)
    assert finder.fingerprint == METADATA["weights"]
    assert finder.metadata["note"] == "größer"
    assert len(finder([])) == 0


@pytest.mark.slow
def test_the_network_that_is_exported_stays_as_it_is(model, exported):
    training = exported[0]
    assert all(module.training for module in training.modules())
    for name, value in training.state_dict().items():
        assert torch.equal(value, model.state_dict()[name])


@pytest.mark.slow
def test_nothing_of_the_machine_stands_in_the_file(content):
    assert b".py" not in content
    assert str(Path.home()).encode() not in content
    assert b"site-packages" not in content


def test_a_fingerprint_tells_weights_apart(model):
    other = copy.deepcopy(model)
    assert fingerprint(other) == fingerprint(model)
    assert len(fingerprint(model)) == 16
    int(fingerprint(model), 16)
    with torch.no_grad():
        other.head.bias[3] += 1e-6
    assert fingerprint(other) != fingerprint(model)

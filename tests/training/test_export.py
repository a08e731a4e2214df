from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch

from digitnet.errors import RunError
from digitnet.training import export
from digitnet.training.export import PARITY, export_onnx, largest_difference, to_onnx
from digitnet.training.model import DigitNet


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    model = DigitNet(classes=11)
    model.train()
    model(torch.randn(64, 1, 28, 28))  # BatchNorm's statistics are no longer the initial ones
    return model.eval()


@pytest.fixture(scope="module")
def content(model) -> bytes:
    return to_onnx(model, {"digit_threshold": 1.5, "recipe": "reading"})


@pytest.mark.slow
def test_onnx_runtime_agrees_with_torch(model, content):
    assert largest_difference(content, model, torch.randn(100, 1, 28, 28)) < PARITY


@pytest.mark.parametrize("count", [1, 3, 65])
def test_the_batch_is_free(content, count):
    session = onnxruntime.InferenceSession(content)
    images = np.zeros((count, 1, 28, 28), np.float32)
    assert session.run(None, {"images": images})[0].shape == (count, 11)


@pytest.mark.slow
def test_a_file_that_disagrees_is_not_written(model, tmp_path, monkeypatch):
    path = tmp_path / "weights.onnx"
    monkeypatch.setattr(export, "largest_difference", lambda *arguments: float("nan"))
    with pytest.raises(RunError, match="differ by nan"):
        export_onnx(path, model, {}, torch.zeros(1, 1, 28, 28))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_nothing_of_the_machine_stands_in_the_file(model, content):
    for exported in (content, export.inside_to_onnx(model)):
        assert b".py" not in exported
        assert str(Path.home()).encode() not in exported
        assert b"site-packages" not in exported

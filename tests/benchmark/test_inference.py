import numpy as np
import pytest

from digitnet.benchmark import inference
from digitnet.reading.network import SHIPPED_WEIGHTS


@pytest.mark.slow
def test_every_engine_at_every_batch(monkeypatch):
    monkeypatch.setattr(inference, "BATCHES", (1, 7))
    times = inference.inference_times(rounds=1)
    assert set(times) == {1, 7}
    for engines in times.values():
        assert {"torch eager", "ONNX Runtime", "digitnet"} <= set(engines)


def test_engines_take_the_same_images():
    images = np.zeros((3, 1, 28, 28), np.float32)
    assert inference._torch()(images).shape == (3, 11)
    (logits,) = inference._onnxruntime(SHIPPED_WEIGHTS.read_bytes(), 1)(images)
    assert logits.shape == (3, 11)

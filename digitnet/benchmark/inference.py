"""How long the network takes to read an image, in every engine that is installed."""

import importlib.util
import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray

from digitnet.benchmark.timing import Times, in_turn
from digitnet.reading.network import SHIPPED_WEIGHTS, Network
from digitnet.training.model import DigitNet

BATCHES = (1, 64, 512)

Images = NDArray[np.float32]
Engine = Callable[[Images], object]


def inference_times(*, rounds: int, budget_s: float = math.inf) -> dict[int, dict[str, Times]]:
    """Seconds a call by batch size and engine; all engines take turns at each size.

    budget_s: what all of it may take, a third for each size.
    """
    threads = torch.get_num_threads()
    shipped = SHIPPED_WEIGHTS.read_bytes()
    engines = {"torch eager": _torch(), "ONNX Runtime": _onnxruntime(shipped, threads)}
    if importlib.util.find_spec("openvino"):
        engines["OpenVINO"] = _openvino(threads)
    network = Network()
    times = {}
    for batch in BATCHES:
        images = np.zeros((batch, 1, 28, 28), np.float32)
        ways: dict[str, Callable[[], object]] = {
            name: partial(engine, images) for name, engine in engines.items()
        }
        ways["digitnet"] = partial(network, np.zeros((batch, 28, 28), np.uint8))
        times[batch] = in_turn(
            ways,
            rounds=rounds,
            warm_up=2,
            repeats=max(1, 1000 // batch),
            budget_s=budget_s / len(BATCHES),
        )
    return times


def _torch() -> Engine:
    model = DigitNet(classes=11).eval().to(memory_format=torch.channels_last)

    def run(images: Images) -> object:
        with torch.inference_mode():
            return model.logits(torch.from_numpy(images).to(memory_format=torch.channels_last))

    return run


def _onnxruntime(content: bytes, threads: int) -> Engine:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    return lambda images: session.run(["logits"], {"images": images})


def _openvino(threads: int) -> Engine:
    import openvino

    model: Any = openvino.compile_model(
        str(SHIPPED_WEIGHTS), "CPU", {"INFERENCE_NUM_THREADS": threads}
    )
    return lambda images: model(images)

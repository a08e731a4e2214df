"""MNIST for scripts that do not train with PyTorch, and the line each of them prints."""

import json
import resource
import sys

import numpy as np
from numpy.typing import NDArray

from digitnet.training import load_mnist


def arrays() -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.uint8], NDArray[np.int64]]:
    """Training images [60000, 28, 28] and labels, test images [10000, 28, 28] and labels."""
    dataset = load_mnist("full")
    train, test = dataset.train_images[:, 0].numpy(), dataset.eval_images[:, 0].numpy()
    return train, dataset.train_labels.numpy(), test, dataset.eval_labels.numpy()


def tell(*, accuracy: float, train_s: float, parameters: int, **more: object) -> None:
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    line = {
        "accuracy": round(float(accuracy), 5),
        "train_s": round(train_s, 1),
        "parameters": int(parameters),
        "memory_mb": round(memory / (1e6 if sys.platform == "darwin" else 1e3)),
    }
    print(json.dumps(line | more))

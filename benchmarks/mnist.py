"""MNIST's images for the benchmarks, without the training half that is being measured."""

import gzip
import os
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

# The recipe `reading` keeps so many training images aside by the seed; the finder's made-up
# pages keep the last ones of the file.
KEPT_ASIDE, SEED = 5_000, 0

Digits = tuple[NDArray[np.uint8], NDArray[np.uint8]]


def test_digits() -> Digits:
    """uint8 [10000, 28, 28] and their labels, from the folder that DIGITNET_DATA names."""
    return _read("t10k")


def kept_aside_digits() -> Digits:
    """Training images that neither network was trained on: uint8 [N, 28, 28] and labels.

    N is about 400: those that both keep aside.
    """
    import torch  # its order of images; nothing else here needs it

    images, labels = _read("train")
    order = torch.randperm(len(images), generator=torch.Generator().manual_seed(SEED))
    kept = np.sort(order[:KEPT_ASIDE].numpy())
    kept = kept[kept >= len(images) - KEPT_ASIDE]
    return images[kept], labels[kept]


def _read(part: str) -> Digits:
    named = os.environ.get("DIGITNET_DATA")
    folder = Path(named) if named else Path(__file__).parents[2] / "shared" / "mnist"
    try:
        images = gzip.decompress((folder / f"{part}-images-idx3-ubyte.gz").read_bytes())
        labels = gzip.decompress((folder / f"{part}-labels-idx1-ubyte.gz").read_bytes())
    except FileNotFoundError as error:
        sys.exit(f"no MNIST: {error}; let DIGITNET_DATA name the folder of its .gz files")
    pixels = np.frombuffer(images, np.uint8, offset=16)  # idx: a head of 16 bytes, or 8
    return pixels.reshape(-1, 28, 28), np.frombuffer(labels, np.uint8, offset=8)

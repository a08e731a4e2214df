"""28x28 pictures -> what the network says of them: probabilities and how much a digit it is."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from digitnet.errors import WeightsError

SHIPPED_WEIGHTS = Path(__file__).parents[1] / "weights" / "digitnet.onnx"
VERSION = 1

# Pictures at once: a batch's activations then stay in a processor's cache.
_BATCH = 64


@dataclass(frozen=True, eq=False)
class Scores:
    """What the network says of N pictures.

    probabilities: float32 [N, 10], calibrated. digit_log_odds: float32 [N], of a digit against
    none, above 0 where the picture passes for one.
    """

    probabilities: NDArray[np.float32]
    digit_log_odds: NDArray[np.float32]

    @property
    def shares(self) -> NDArray[np.float32]:
        """How surely each picture is each digit: float32 [N, 10]; what is lacking to 1 is none."""
        return self.probabilities / (1 + np.exp(-self.digit_log_odds))[:, None]


class Network:
    """The trained network, run by ONNX Runtime."""

    def __init__(self, weights: Path = SHIPPED_WEIGHTS):
        """weights: a file that `digitnet export` wrote.

        Raises:
            WeightsError: no such file, or not one of ours.
        """
        self._weights = weights
        # A picture of 28x28 is too little work for two threads: they would wait for each other.
        self._session, self.metadata = load_session(weights, "digitnet", threads=1)
        if not {"temperature", "digit_threshold"} <= set(self.metadata):
            raise WeightsError(
                f"{weights} has no output for what is no digit, which reading needs; "
                "export a run of 'digitnet train --recipe reading'"
            )

    def __call__(self, images: NDArray[np.uint8]) -> Scores:
        """images: uint8 [N, 28, 28], light ink on black, in the form of MNIST."""
        logits = self.logits(images)
        digits = logits[:, :10] / self.metadata["temperature"]
        exponents = np.exp(digits - digits.max(axis=1, keepdims=True))
        return Scores(
            probabilities=exponents / exponents.sum(axis=1, keepdims=True),
            digit_log_odds=digit_log_odds(logits) - np.float32(self.metadata["digit_threshold"]),
        )

    def logits(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """images: uint8 [N, 28, 28]; returns float32 [N, 11]."""
        if len(images) == 0:
            return np.zeros((0, 11), np.float32)
        parts = [
            self._session.run(["logits"], {"images": normalised(some, self.metadata)})[0]
            for some in (images[at : at + _BATCH] for at in range(0, len(images), _BATCH))
        ]
        return np.concatenate(parts)

    @cached_property
    def _inside(self) -> Any:
        """The second file, read when it is first asked for: reading needs it never."""
        path = self._weights.with_suffix(".inside.onnx")
        session, metadata = load_session(path, "digitnet inside", threads=1)
        if metadata["weights"] != self.metadata.get("weights"):
            raise WeightsError(f"{path} belongs to other weights than {self._weights.name}")
        return session

    def inside(self, image: NDArray[np.uint8]) -> dict[str, NDArray[np.float32]]:
        """What every layer makes of one picture, and every kernel, by name.

        image: uint8 [28, 28]. Maps are float32 [channels, height, width], kernels
        [out, in, 3, 3], named "kernel of conv1" and so on.

        Raises:
            WeightsError: the file that `digitnet export` writes beside the weights is missing.
        """
        session = self._inside
        outputs = session.run(None, {"images": normalised(image[None], self.metadata)})
        names = [output.name for output in session.get_outputs()]
        return {
            name: values if name.startswith("kernel") else values[0]
            for name, values in zip(names, outputs, strict=True)
        }


def normalised(images: NDArray[np.uint8], metadata: dict[str, Any]) -> NDArray[np.float32]:
    """images: uint8 [N, 28, 28]; returns float32 [N, 1, 28, 28], as the weights' file says."""
    mean, std = 255 * metadata["mean"], 255 * metadata["std"]
    return ((images[:, None] - mean) / std).astype(np.float32)


def load_session(path: Path, expected: str, threads: int) -> tuple[Any, dict[str, Any]]:
    """A session of ONNX Runtime and the file's metadata.

    Raises:
        WeightsError: no such file, damaged, of another kind than `expected` or version.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 4  # we say ourselves what is wrong with a file
    try:
        content = path.read_bytes()
    except OSError as error:
        raise WeightsError(f"cannot read {path}: {error.strerror}") from error
    try:
        # Else the runtime prints of a damaged file, and tries it again.
        session = onnxruntime.InferenceSession(
            content, options, providers=["CPUExecutionProvider"], enable_fallback=0
        )
        stored = session.get_modelmeta().custom_metadata_map
        metadata = {name: json.loads(value) for name, value in stored.items()}
        if "accept" in metadata:  # its name in files of version 0.1
            metadata["digit_threshold"] = metadata.pop("accept")
    except Exception as error:  # the runtime's errors share no base class
        raise WeightsError(f"{path} is no ONNX file of digitnet, or damaged") from error
    if metadata.get("format") != expected or metadata.get("version") != VERSION:
        raise WeightsError(
            f"{path} is {metadata.get('format')!r} version {metadata.get('version')}, "
            f"expected {expected!r} version {VERSION}; write it with 'digitnet export'"
        )
    return session, metadata


def digit_log_odds(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Log odds that a picture is a digit at all: float32 [N].

    logits: float32 [N, 11], the digits and "none of them".
    """
    best = logits[:, :10].max(axis=1)
    digits = best + np.log(np.exp(logits[:, :10] - best[:, None]).sum(axis=1))
    return digits - logits[:, 10]

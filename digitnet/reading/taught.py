"""What a reader was taught of one person's hand: a small change of the finder's last layer.

Which digit a mark is, the finder computes from 64 features by one linear layer. Teaching adds
a correction to that layer, so the file is small and everything else stays as it was.
"""

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitnet.errors import WeightsError
from digitnet.files import write_atomically

_FORMAT, _VERSION = "digitnet taught", 1
FEATURES, CLASSES = 64, 11

_STEPS = 400  # more change no answer
# In own pictures: what all the others' marks together count, and a change of the layer by as
# much as its features' spread. Chosen on made-up people: more forgets less and learns less.
_OTHERS = 300.0
_RIDGE = 0.3


@dataclass(frozen=True, eq=False)
class Taught:
    """weight: float32 [11, 64], bias: float32 [11], added to the logits of the classes.

    finder: the fingerprint of the weights that it was fitted to.
    """

    weight: NDArray[np.float32]
    bias: NDArray[np.float32]
    finder: str

    def __call__(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """The correction of the logits, float32 [N, 11], of features, float32 [N, 64]."""
        return features @ self.weight.T + self.bias

    @classmethod
    def load(cls, path: Path) -> "Taught":
        """Read a file that `save` wrote.

        Raises:
            WeightsError: no such file, damaged, of another kind or version.
        """
        try:
            content = path.read_bytes()
        except OSError as error:
            raise WeightsError(f"cannot read {path}: {error.strerror}") from error
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as stored:
                values = {name: stored[name] for name in stored.files}
            kind, version = str(values["format"]), int(values["version"])
            weight, bias = (values[name].astype(np.float32) for name in ("weight", "bias"))
            finder = str(values["finder"])
        except (
            ValueError,
            LookupError,
            TypeError,
            EOFError,
            OSError,
            RuntimeError,
            zipfile.BadZipFile,
        ) as error:
            raise WeightsError(
                f"{path} is no file of 'digitnet teach', or damaged; teach anew"
            ) from error
        if (kind, version) != (_FORMAT, _VERSION):
            raise WeightsError(
                f"{path} is {kind!r} version {version}, expected {_FORMAT!r} version {_VERSION}; "
                "teach anew"
            )
        whole = weight.shape == (CLASSES, FEATURES) and bias.shape == (CLASSES,)
        if not (whole and np.isfinite(weight).all() and np.isfinite(bias).all()):
            raise WeightsError(f"{path} is damaged; teach anew")
        return cls(weight, bias, finder)

    def save(self, path: Path) -> None:
        """Write the file whole or not at all; the same values make the same bytes.

        Raises:
            RunError: it cannot be written.
        """
        buffer = io.BytesIO()
        np.savez(
            buffer,
            format=np.array(_FORMAT),
            version=np.array(_VERSION),
            finder=np.array(self.finder),
            weight=self.weight,
            bias=self.bias,
        )
        write_atomically(path, buffer.getvalue())


@dataclass(frozen=True, eq=False)
class Seen:
    """N marks as the finder's last layer sees them.

    features: float32 [N, 64]. classes: float32 [N, 11], log-probabilities before teaching.
    """

    features: NDArray[np.float32]
    classes: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.features)


def fit(
    own: Seen, labels: NDArray[np.integer], shares: NDArray[np.floating], others: Seen, finder: str
) -> Taught:
    """The correction that reads a person's marks best and all others as before.

    own: the person's marks, with their labels, int [N], 0 to 10. shares: float [N], how many
    of their pictures each counts. others: marks of other people and of no digits, which are
    to be read as they are, rightly or not. finder: as in Taught.

    Logistic regression, by gradient descent with Nesterov's momentum.
    """
    spread = others.features.std(axis=0) + 1e-3
    middle = others.features.mean(axis=0)
    features = np.concatenate([own.features, others.features]).astype(np.float64)
    inputs = np.append((features - middle) / spread, np.ones((len(features), 1)), axis=1)
    logits = np.concatenate([own.classes, others.classes]).astype(np.float64)
    targets = np.concatenate([np.eye(logits.shape[1])[labels], np.exp(others.classes)])
    counts = np.append(shares, np.full(len(others), _OTHERS / max(1, len(others))))
    curvature = 0.5 * np.linalg.eigvalsh(inputs.T @ (inputs * counts[:, None]))[-1] + _RIDGE
    change = np.zeros((logits.shape[1], inputs.shape[1]))
    ahead, momentum = change, 1.0
    for _ in range(_STEPS):
        shifted = logits + inputs @ ahead.T
        shifted -= shifted.max(axis=1, keepdims=True)
        guesses = np.exp(shifted)
        guesses /= guesses.sum(axis=1, keepdims=True)
        slope = ((guesses - targets) * counts[:, None]).T @ inputs + _RIDGE * ahead
        last, change = change, ahead - slope / curvature
        following = (1 + (1 + 4 * momentum**2) ** 0.5) / 2
        ahead = change + (momentum - 1) / following * (change - last)
        momentum = following
    weight = change[:, :-1] / spread
    bias = change[:, -1] - weight @ middle
    return Taught(weight.astype(np.float32), bias.astype(np.float32), finder)

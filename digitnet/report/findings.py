"""A trained network and a labelled set -> everything that a report tells of them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from digitnet.report.calibration import Floats, cross_fitted
from digitnet.training.data.dataset import Dataset
from digitnet.training.evaluation import Evaluation, all_logits, count
from digitnet.training.model import DigitNet


@dataclass(frozen=True)
class Findings:
    """What the network says of every image of a set.

    images: uint8 [N, 28, 28]; labels, guesses: int64 [N]; confidence: float64 [N], of the
    guess; calibrated: float64 [N], the same after temperature scaling; features: float32
    [N, 32], means of the last maps before the scores. official: it is MNIST's own test set.
    """

    evaluated: str
    official: bool
    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    guesses: NDArray[np.int64]
    confidence: Floats
    calibrated: Floats
    temperatures: tuple[float, float]
    features: NDArray[np.float32]
    evaluation: Evaluation

    @cached_property
    def right(self) -> NDArray[np.bool_]:
        return self.labels == self.guesses

    def worst(self, count: int = 40) -> NDArray[np.intp]:
        """Indices of the wrong images, the most confident first."""
        wrong = np.flatnonzero(~self.right)
        return wrong[np.argsort(-self.confidence[wrong], kind="stable")][:count]

    def map(self) -> NDArray[np.float32]:
        """The features' two principal components, float32 [N, 2]."""
        centred = self.features - self.features.mean(axis=0)
        _, _, axes = np.linalg.svd(centred[:: max(1, len(centred) // 4000)], full_matrices=False)
        flat: NDArray[np.float32] = centred @ axes[:2].T
        return flat


def find(model: DigitNet, dataset: Dataset) -> Findings:
    """Look at every test image of `dataset` once. The model and the data are on the CPU."""
    images, labels = dataset.eval_images, dataset.eval_labels
    every, features = _scores_and_features(model, images)
    # Of a network that also knows "no digit", the ten digits count.
    logits = every[:, :10]
    shares = logits.softmax(1)
    calibrated, temperatures = cross_fitted(logits, labels)
    guesses = logits.argmax(1)
    chosen = guesses[:, None]
    return Findings(
        evaluated=dataset.evaluated,
        official=dataset.evaluated == "test" and dataset.notice is None,
        images=images[:, 0].numpy(),
        labels=labels.numpy(),
        guesses=guesses.numpy(),
        confidence=shares.gather(1, chosen)[:, 0].double().numpy(),
        calibrated=calibrated.gather(1, chosen)[:, 0].double().numpy(),
        temperatures=temperatures,
        features=features.numpy(),
        evaluation=count(every, labels),
    )


def _scores_and_features(model: DigitNet, images: Tensor) -> tuple[Tensor, Tensor]:
    """Of one pass: scores [N, classes], and means of the 32 last maps before them [N, 32]."""
    found: list[Tensor] = []

    def keep(_: object, __: object, output: Tensor) -> None:
        found.append(output.mean((2, 3)))

    hook = model.get_submodule("relu4").register_forward_hook(keep)
    try:
        logits = all_logits(model, images)
    finally:
        hook.remove()
    return logits, torch.cat(found)

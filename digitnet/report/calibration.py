"""How well a network knows what it knows: reliability, calibration error, risk and coverage."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from digitnet.training.calibrate import fit_temperature

BINS = 15

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Bin:
    """Predictions of about one confidence: how many, how sure, and the share that is right."""

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


def reliability(confidence: Floats, right: NDArray[np.bool_], bins: int = BINS) -> list[Bin]:
    """The bins of equal width that hold a prediction. confidence: [N] in [0, 1]; right: [N]."""
    number = np.minimum((confidence * bins).astype(int), bins - 1)
    found = []
    for index in range(bins):
        mine = number == index
        if mine.any():
            low, high = index / bins, (index + 1) / bins
            sure, good = float(confidence[mine].mean()), float(right[mine].mean())
            found.append(Bin(low, high, int(mine.sum()), sure, good))
    return found


def calibration_error(bins: list[Bin]) -> float:
    """ECE: how far confidence is from accuracy, mean over predictions (Guo et al. 2017)."""
    total = sum(b.count for b in bins)
    return sum(b.count * abs(b.confidence - b.accuracy) for b in bins) / total


def risk_coverage(confidence: Floats, right: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Share of predictions kept when the surest are kept first, and the share of those wrong.

    Returns float64 [N] each, coverage rising to 1.
    """
    order = np.argsort(-confidence, kind="stable")
    count = np.arange(1, len(order) + 1)
    return count / len(order), np.cumsum(~right[order]) / count


def cross_fitted(logits: Tensor, labels: Tensor) -> tuple[Tensor, tuple[float, float]]:
    """Probabilities after temperature scaling, and the two temperatures.

    Each half of the images is scaled by the temperature that fits the other half, so that no
    image judges a temperature that it chose. logits: float32 [N, C]; labels: int64 [N].
    """
    probabilities = torch.empty_like(logits)
    temperatures = []
    for half in (0, 1):
        fitted = fit_temperature(logits[1 - half :: 2], labels[1 - half :: 2])
        probabilities[half::2] = (logits[half::2] / fitted).softmax(1)
        temperatures.append(fitted)
    return probabilities, (temperatures[0], temperatures[1])

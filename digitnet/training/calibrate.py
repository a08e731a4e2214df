"""How sure to be: a temperature, a threshold for refusal, and probabilities of scores.

All are fitted on a holdout of the training set, never on the test set.
"""

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

# Share of real digits that are accepted.
KEPT = 0.992


def fit_temperature(logits: Tensor, labels: Tensor) -> float:
    """The temperature at which the likelihood of the labels is largest (Guo et al. 2017).

    logits: float32 [N, 10]; labels: int64 [N].
    """
    # One number in a known range: a fine grid finds it as well as any optimiser. The loss falls
    # and then rises along it (it is convex in 1/T), so that halving finds the turn.
    candidates = torch.logspace(-1, 1, 401, base=2)
    logits = logits.double()

    def loss(index: int) -> float:
        return F.cross_entropy(logits / candidates[index], labels).item()

    low, high = 0, len(candidates) - 1
    while low < high:
        middle = (low + high) // 2
        if loss(middle) <= loss(middle + 1):
            high = middle
        else:
            low = middle + 1
    return float(candidates[low])


def digit_log_odds(logits: Tensor) -> Tensor:
    """Log odds of "a digit" against "none": float32 [N]. logits: float32 [N, 11]."""
    return torch.logsumexp(logits[:, :10], dim=1) - logits[:, 10]


def fit_threshold(logits: Tensor, kept: float = KEPT) -> float:
    """The log odds that a share `kept` of real digits exceeds. logits: float32 [N, 11]."""
    return float(torch.quantile(digit_log_odds(logits), 1 - kept))


def fit_knots(samples: Sequence[tuple[float, bool]]) -> list[list[float]]:
    """A rising curve from scores to probabilities, as knots [score, probability].

    samples: the score, 0 to 1, of what was read, and whether it is right. Isotonic regression
    (Zadrozny and Elkan 2002); straight lines join the middles of its steps, as where a step ends
    is chance.
    """
    from sklearn.isotonic import IsotonicRegression  # a second to import

    if not samples:  # of a network that finds nothing, nothing can be told
        return [[0.0, 0.0], [1.0, 1.0]]
    scores, right = np.array(sorted(samples), np.float64).T
    shares = IsotonicRegression().fit_transform(scores, right)
    first = np.flatnonzero(np.diff(shares, prepend=-1) > 0)
    counts = np.diff(first, append=len(shares))
    middles = np.add.reduceat(scores, first) / counts
    # Nobody is ever wholly sure: some thousand samples do not tell of one in ten thousand.
    shares = np.clip(shares[first], 0.001, 0.999)
    at, shares = np.array([0, *middles, 1]), np.array([shares[0], *shares, shares[-1]])
    return [[round(float(a), 4), round(float(b), 4)] for a, b in zip(at, shares, strict=True)]

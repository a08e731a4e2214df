"""How sure to be: a temperature for the probabilities, a threshold for refusal.

Both are fitted on a holdout of the training set, never on the test set.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

# Share of real digits that are accepted.
KEPT = 0.992


def fit_temperature(logits: Tensor, labels: Tensor) -> float:
    """The temperature at which the likelihood of the labels is largest (Guo et al. 2017).

    logits: float32 [N, 10]; labels: int64 [N].
    """
    # One number in a known range: a fine grid finds it as well as any optimiser.
    candidates = torch.logspace(-1, 1, 401, base=2)
    losses = torch.stack([F.cross_entropy(logits / t, labels) for t in candidates])
    return float(candidates[losses.argmin()])


def digit_log_odds(logits: Tensor) -> Tensor:
    """Log odds of "a digit" against "none": float32 [N]. logits: float32 [N, 11]."""
    return torch.logsumexp(logits[:, :10], dim=1) - logits[:, 10]


def fit_threshold(logits: Tensor, kept: float = KEPT) -> float:
    """The log odds that a share `kept` of real digits exceeds. logits: float32 [N, 11]."""
    return float(torch.quantile(digit_log_odds(logits), 1 - kept))

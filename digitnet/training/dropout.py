"""Dropout whose random numbers are cheap on a CPU."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Dropout(nn.Module):
    """Zero each element with probability `p`, scale the others by 1 / (1 - p).

    `nn.Dropout` draws one random number an element, on one core: a third of a
    training step. Here one 64-bit draw decides four elements by its 16-bit words,
    so the probability is `p` rounded to a multiple of 1/65536. Other devices draw
    in parallel and keep PyTorch's own.

    rows: None, or, where the features are one process's part of a batch, at which row of the
    batch they begin and how many rows it has. Random numbers are then drawn for the whole batch
    and only the part's are used, so that processes with one seed drop different elements.
    """

    def __init__(self, p: float):
        super().__init__()
        self.p = p
        self.rows: tuple[int, int] | None = None

    def forward(self, features: Tensor) -> Tensor:
        """features: float [N, C, H, W], any memory format; returns the same shape and format."""
        if not self.training or self.p == 0:
            return features
        if features.device.type != "cpu":
            return self._parallel(features)
        per_image = features.numel() // len(features)
        first, whole = self.rows or (0, len(features))
        draws = torch.empty((whole * per_image + 3) // 4, dtype=torch.int64)
        # to=None is the whole range; plain random_() would leave the sign bit unset.
        words = draws.random_(-(2**63), None).view(torch.int16)
        words = words[first * per_image :][: features.numel()]
        # At most 2**16 - 1: one more is no int16, and would wrap around to keep everything.
        bound = min(round(self.p * 2**16), 2**16 - 1) - 2**15
        # Of the features' type from the start: a product with a mask of bools converts it twice.
        mask = torch.empty(words.shape, dtype=features.dtype)
        torch.ge(words, bound, out=mask).mul_(1 / (1 - self.p))
        # It takes the features' memory layout: a permuted one would cost a copy.
        return features * mask.as_strided(features.shape, features.stride())

    def _parallel(self, features: Tensor) -> Tensor:
        """As a device that draws in parallel does it."""
        if self.rows is None:
            return F.dropout(features, self.p)
        first, whole = self.rows
        draws = torch.rand(whole, *features.shape[1:], device=features.device)
        keep = draws[first : first + len(features)] >= self.p
        return features * keep * (1 / (1 - self.p))

    def extra_repr(self) -> str:
        return f"p={self.p}"

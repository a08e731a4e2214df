"""How the finder is trained: every number that decides what it becomes."""

import math
from dataclasses import dataclass
from typing import Any

from digitnet.errors import RecipeError


@dataclass(frozen=True, kw_only=True)
class FinderRecipe:
    """Adam with a cosine schedule on tiles of made-up pages, two hours on two cores.

    widths: channels at strides 4, 8 and 16. steps, batch_size: of tiles. lr: the largest.
    warmup_fraction: share of the steps in which lr rises. ema_decay: of the moving average that
    is the result. max_grad_norm: longer gradients are cut to it, since a tile of mistakes now
    and then would throw the network back. seed: of weights and tiles.

    Raises:
        RecipeError: a value outside its range, named with the range.
    """

    widths: tuple[int, int, int] = (48, 96, 192)
    steps: int = 10_000
    batch_size: int = 16
    lr: float = 2.5e-3
    warmup_fraction: float = 0.02
    beta2: float = 0.99
    weight_decay: float = 1e-3
    ema_decay: float = 0.998
    max_grad_norm: float = 5.0
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("steps", "batch_size", "seed"):
            self._require(name, type(getattr(self, name)) is int, "a whole number")
        for name in ("steps", "batch_size"):
            self._require(name, getattr(self, name) >= 1, "at least 1")
        for name in ("lr", "max_grad_norm"):
            value = getattr(self, name)
            self._require(name, math.isfinite(value) and value > 0, "a positive number")
        for name in ("warmup_fraction", "beta2", "ema_decay"):
            self._require(name, 0 <= getattr(self, name) < 1, "at least 0 and below 1")
        self._require("seed", 0 <= self.seed < 2**63, "from 0 to 2**63 - 1")

    def _require(self, name: str, holds: bool, expected: str) -> None:
        if not holds:
            raise RecipeError(f"{name} is {getattr(self, name)}, expected {expected}")

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for a file."""
        return {**vars(self), "widths": list(self.widths)}

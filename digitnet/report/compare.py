"""Whether two networks differ: paired, on the same images."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Comparison:
    """only_first, only_second: images that one network alone reads rightly.

    p_value: two-sided, of McNemar's exact test: how likely a difference as large is between
    two networks that are as good.
    """

    only_first: int
    only_second: int
    p_value: float

    @property
    def significant(self) -> bool:
        return self.p_value < 0.05


def mcnemar(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> Comparison:
    """Compare which of the same images two networks read rightly; bool [N] each.

    Raises:
        ValueError: they are not as many.
    """
    if len(first) != len(second):
        raise ValueError(f"first has {len(first)} images, second {len(second)}; expected the same")
    only_first = int((first & ~second).sum())
    only_second = int((second & ~first).sum())
    return Comparison(only_first, only_second, sign_test(only_first, only_second))


def sign_test(one: int, other: int) -> float:
    """Two-sided p of so uneven a split under a fair coin."""
    total = one + other
    tail = sum(math.comb(total, k) for k in range(min(one, other) + 1))
    return min(1.0, 2 * tail / 2**total)

"""Whether two tiles are equal."""

import numpy as np


def same(first, second):
    return all(
        np.array_equal(getattr(first, name), getattr(second, name))
        for name in ("grey", "marks", "vague", "turn")
    )

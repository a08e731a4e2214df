"""Median and quantiles. NumPy's own load `numpy.ma` when first called, which delays a cold read."""

import math

import numpy as np
from numpy.typing import ArrayLike


def median(values: ArrayLike) -> float:
    """The middle one of values of any shape, or the mean of the middle two."""
    return quantile(values, 0.5)


def quantile(values: ArrayLike, share: float) -> float:
    """What a share of the values, 0 to 1, is not above; between two, as a straight line goes.

    Raises:
        ValueError: there are none.
    """
    flat = np.asarray(values, np.float64).ravel()
    if flat.size == 0:
        raise ValueError("no values to rank")
    place = share * (flat.size - 1)
    low, high = math.floor(place), math.ceil(place)
    ranked = np.partition(flat, (low, high))
    return float(ranked[low] + (place - low) * (ranked[high] - ranked[low]))

"""Median and quantiles are NumPy's, without what NumPy loads for them."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitnet.reading.ranks import median, quantile

VALUES = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40)


@given(VALUES, st.floats(0, 1))
def test_quantiles_are_those_of_numpy(values: list[float], share: float) -> None:
    assert quantile(values, share) == pytest.approx(np.quantile(values, share), abs=1e-6)


@given(VALUES)
def test_the_median_is_that_of_numpy(values: list[float]) -> None:
    assert median(values) == pytest.approx(np.median(values), abs=1e-6)


def test_any_shape_and_kind() -> None:
    assert median(np.array([[1, 9], [200, 250]], np.uint8)) == 104.5


def test_no_values_are_refused() -> None:
    with pytest.raises(ValueError, match="no values to rank"):
        median([])


def test_reading_does_not_load_masked_arrays() -> None:
    """They take a tenth of a cold read, and no part of reading needs them."""
    code = (
        "import sys, numpy, digitnet; "
        "page = numpy.full((80, 300), 230, numpy.uint8); page[20:60, 50:54] = 30; "
        "page[20:60, 90:94] = 30; page[20:60, 130:134] = 30; digitnet.read(page); "
        "sys.exit('numpy.ma' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

"""Pictures of one digit."""

import numpy as np
from singles import disturbed

from tests.benchmarks.conftest import IMAGES


def test_a_disturbed_digit_is_a_larger_picture():
    made = disturbed(np.random.default_rng(7), IMAGES[3])
    assert made.shape[0] >= 42
    assert made.dtype == np.uint8

import numpy as np
import pytest

from digitnet.training.pages.small_print import LETTERS, small_print


def test_print_has_no_letter_that_could_be_a_digit():
    assert not set("OoIilSsZzBbGgqQJj") & set(LETTERS.tolist())


@pytest.mark.parametrize("height", [3.0, 8.0, 20.0])
def test_print_fills_the_layer_with_rows(height):
    layer = small_print(np.random.default_rng(2), 128, height, 0.0)
    assert layer.shape == (128, 128)
    assert layer.dtype == np.float32
    assert layer.min() >= 0
    assert layer.max() <= 1
    assert 0.03 < layer.mean() < 0.5
    inked = layer.max(axis=1) > 0.15
    assert not inked.all()  # there is room between rows


def test_print_is_decided_by_the_seed():
    first, again, other = (small_print(np.random.default_rng(s), 64, 6, 0.1) for s in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)

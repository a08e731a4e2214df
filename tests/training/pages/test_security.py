import numpy as np
import pytest

from digitnet.training.pages.security import PRINTS, security_print


@pytest.mark.parametrize("kind", [kind for _, kind in PRINTS], ids=lambda kind: kind.__name__)
def test_each_print_is_a_layer(kind):
    for seed in range(20):
        layer = kind(np.random.default_rng(seed), 96, 24.0)
        assert layer.shape == (96, 96)
        assert layer.dtype == np.float32
        assert layer.min() >= 0
        assert layer.max() <= 1.0001


def test_all_prints_are_taken():
    means = [security_print(np.random.default_rng(s), 64, 20.0).mean() for s in range(60)]
    assert len(set(means)) == 60
    assert max(means) > 0.05

import numpy as np
import pytest

from digitnet.training.pages.textures import TEXTURES, texture


@pytest.mark.parametrize("name", TEXTURES)
def test_each_texture_is_grey(name):
    greys = []
    for seed in range(12):
        without = frozenset(TEXTURES) - {name, "plain"}
        surface = texture(np.random.default_rng(seed), 96, without)
        assert surface.shape == (96, 96)
        assert surface.min() >= 0
        assert surface.max() <= 255
        greys.append(float(surface.mean()))
    assert max(greys) - min(greys) > 50


def test_plain_stays_when_all_are_left_out():
    for seed in range(20):
        assert texture(np.random.default_rng(seed), 64, frozenset(TEXTURES)).std() < 25


def test_the_seed_decides():
    first, again = (texture(np.random.default_rng(9), 64, frozenset()) for _ in range(2))
    assert np.array_equal(first, again)

"""What lies around a paper."""

import numpy as np
import pytest
from surround import MATERIALS, on_table, surface, with_margin


@pytest.mark.parametrize("material", MATERIALS)
@pytest.mark.parametrize("sides", [1, 2, 4])
def test_a_margin_leaves_the_picture_whole(material, sides):
    picture = np.random.default_rng(1).integers(1, 255, (60, 90, 3), dtype=np.uint8)
    around = with_margin(np.random.default_rng(2), picture, material, sides)
    windows = np.lib.stride_tricks.sliding_window_view(around, picture.shape)
    assert (windows == picture).all(axis=(-1, -2, -3)).sum() == 1
    added = (around.shape[0] > 60) + (around.shape[1] > 90)
    assert added >= (1 if sides < 4 else 2)


def test_a_paper_on_a_table_is_seen_with_something_around_it():
    picture = np.full((200, 300), 255, np.uint8)
    around = on_table(np.random.default_rng(3), picture)
    assert around.shape[0] * around.shape[1] > 1.05 * 200 * 300
    assert 0.5 < (around > 250).all(axis=2).sum() / (200 * 300) <= 1.01


@pytest.mark.parametrize("material", [*MATERIALS, "cloth", "metal"])
def test_a_surface_has_the_shape_that_was_asked_for(material):
    made = surface(np.random.default_rng(4), (40, 70), material)
    assert (made.shape, made.dtype) == ((40, 70, 3), np.uint8)

import numpy as np
import pytest

from digitnet.training.pages.surroundings import COVERS, cover

SIDE = 96
SCENE = np.full((SIDE, SIDE), 200, np.float32)


def covered_scenes(count, without=frozenset(), scene=SCENE):
    return [cover(np.random.default_rng(seed), scene, without) for seed in range(count)]


def test_ranges_and_shapes():
    for scene, covered in covered_scenes(150):
        assert scene.shape == covered.shape == (SIDE, SIDE)
        assert scene.dtype == covered.dtype == np.float32
        assert scene.min() >= 0
        assert scene.max() <= 255
        assert covered.min() >= 0
        assert covered.max() <= 1


@pytest.mark.parametrize("name", COVERS)
def test_what_is_covered_cannot_be_seen_and_what_is_not_can(name):
    """The same things over two different papers: equal where covered, different elsewhere."""
    without = frozenset(COVERS) - {name}
    other = SCENE - 120
    met = 0
    for (light, covered), (dark, same) in zip(
        covered_scenes(120, without), covered_scenes(120, without, other), strict=True
    ):
        assert np.array_equal(covered, same)
        met += bool(covered.any())
        difference = np.abs(light - dark)
        assert difference[covered > 0.999].max(initial=0) < 1
        assert difference[covered < 0.001].min(initial=255) > 30  # a shadow hides nothing
    assert 0 < met < 120 * (2 * COVERS[name][0] + 0.05)


def test_the_scene_given_is_left_alone():
    scene = SCENE.copy()
    for seed in range(30):
        cover(np.random.default_rng(seed), scene)
    assert np.array_equal(scene, SCENE)


def test_without_all_nothing_is_covered():
    for scene, covered in covered_scenes(20, frozenset(COVERS)):
        assert np.array_equal(scene, SCENE)
        assert not covered.any()


def test_now_and_then_all_is_covered_and_mostly_nothing():
    shares = np.array([covered.mean() for _, covered in covered_scenes(400)])
    assert (shares > 0.999).any()
    assert (shares == 0).mean() > 0.5


def test_the_seed_decides():
    for first, again in zip(covered_scenes(30), covered_scenes(30), strict=True):
        assert np.array_equal(first[0], again[0])
        assert np.array_equal(first[1], again[1])

import numpy as np
import pytest

from digitnet.training.pages.lens import blur, light, moire, noise, shadow, vignette
from digitnet.training.pages.shot import LEAST_CONTRAST, MOST_NOISE, Shot

SIDE, HEIGHT, PAPER = 96, 24.0, 160.0
LIGHTS = [light, shadow, vignette]


def shots(ingredient, count=40, contrast=120.0, scene=None, height=HEIGHT):
    """Flat grey (or a scene) after one ingredient, many times."""
    seen = []
    for seed in range(count):
        flat = np.full((SIDE, SIDE), PAPER, np.float32) if scene is None else scene.copy()
        shot = Shot(scene=flat, digit_height=height, contrast=contrast)
        ingredient(np.random.default_rng(seed), shot)
        assert shot.scene.shape == (SIDE, SIDE)
        assert shot.scene.dtype == np.float32
        seen.append(shot)
    return seen


@pytest.mark.parametrize("ingredient", [*LIGHTS, blur, moire, noise])
def test_the_seed_decides(ingredient):
    for first, again in zip(shots(ingredient, 6), shots(ingredient, 6), strict=True):
        assert np.array_equal(first.scene, again.scene)
        assert first.contrast == again.contrast


@pytest.mark.parametrize("ingredient", [light, shadow])
def test_where_there_is_less_light_all_is_darker_in_proportion(ingredient):
    for shot in shots(ingredient):
        assert shot.scene.max() == pytest.approx(PAPER, rel=1e-4)  # nothing is burnt out
        darkest = shot.scene.min() / PAPER
        assert darkest < 0.999
        assert shot.evenness == pytest.approx(darkest, rel=1e-4)
        assert shot.contrast == pytest.approx(120 * darkest, rel=1e-4)


def test_some_shadows_are_hard_and_some_soft():
    steepest = [np.abs(np.diff(shot.scene)).max() for shot in shots(shadow)]
    assert max(steepest) > 10
    assert min(steepest) < 2


def test_a_vignette_is_darker_or_glares_and_tells_what_contrast_it_leaves():
    glares = 0
    for shot in shots(vignette):
        assert 0 < shot.evenness <= 1
        assert shot.contrast == pytest.approx(120 * shot.evenness, rel=1e-4)
        assert shot.scene.max() <= 255
        glares += shot.scene.max() > PAPER + 0.01
    assert 3 < glares < 25


@pytest.mark.parametrize("ingredient", LIGHTS)
@pytest.mark.parametrize("contrast", [18.0, -18.0])
def test_light_never_takes_the_faintest_ink(ingredient, contrast):
    for shot in shots(ingredient, contrast=contrast):
        assert abs(shot.contrast) >= LEAST_CONTRAST - 1e-3
        assert np.sign(shot.contrast) == np.sign(contrast)


def test_blur_keeps_the_light_and_makes_edges_softer():
    scene = np.zeros((SIDE, SIDE), np.float32)
    scene[40:56, 40:56] = 200
    changed = 0
    for shot in shots(blur, scene=scene):
        assert shot.scene.sum() == pytest.approx(scene.sum(), rel=0.01)
        assert np.abs(np.diff(shot.scene)).max() <= 200.01
        assert shot.scene[48, 48] == pytest.approx(200, abs=1)  # a digit is not lost in it
        assert not shot.scene[:30].any()
        changed += not np.array_equal(shot.scene, scene)
    assert changed > 30


def test_blur_is_of_a_digit_s_size():
    """A spot spreads further where digits are larger."""
    spot = np.zeros((SIDE, SIDE), np.float32)
    spot[48, 48] = 1000

    def spread(height):
        rows, columns = np.mgrid[:SIDE, :SIDE] - 48
        squares = [
            (shot.scene * (rows**2 + columns**2)).sum() / shot.scene.sum()
            for shot in shots(blur, scene=spot, height=height)
        ]
        return np.sqrt(np.mean(squares))

    assert spread(60.0) > 1.5 * spread(20.0)


def test_moire_waves_about_the_paper_within_a_share_of_the_contrast():
    for shot in shots(moire):
        away = shot.scene - PAPER
        assert 0.02 * 120 * 0.9 < np.abs(away).max() <= 0.2 * 120 + 1e-3
        assert abs(away.mean()) < 0.5 * np.abs(away).max()


@pytest.mark.parametrize("contrast", [20.0, -20.0, 200.0])
def test_noise_has_no_direction_and_at_most_its_share_of_the_contrast(contrast):
    amounts = []
    for shot in shots(noise, contrast=contrast):
        away = shot.scene - PAPER
        usual = away[np.abs(away) < 80]  # without salt and pepper
        assert abs(np.median(usual)) < 0.25 * usual.std() + 0.1
        amounts.append(usual.std())
    assert max(amounts) < 1.3 * min(16, MOST_NOISE * abs(contrast))
    assert min(amounts) > 0.05


def test_now_and_then_there_is_salt_and_pepper():
    extreme = [((s.scene == 0) | (s.scene == 255)).sum() for s in shots(noise, 150, scene=None)]
    assert 3 < sum(count > 0 for count in extreme) < 30
    assert max(extreme) <= 250

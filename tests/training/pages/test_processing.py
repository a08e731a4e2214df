import numpy as np
import pytest

from digitnet.training.pages.processing import (
    invert,
    jpeg,
    posterise,
    resolution,
    sharpening,
    threshold,
    tone,
)
from digitnet.training.pages.shot import LEAST_CONTRAST, Shot

SIDE, HEIGHT, PAPER = 96, 24.0, 170.0
ALL = [tone, resolution, sharpening, threshold, posterise, invert, jpeg]


def bars(contrast=90.0):
    """Strokes three pixels wide on flat paper, and where they are."""
    inked = np.zeros((SIDE, SIDE), bool)
    for x in range(12, SIDE - 6, 16):
        inked[10:86, x : x + 3] = True
    return np.where(inked, PAPER - contrast, PAPER).astype(np.float32), inked


def shots(ingredient, count=40, contrast=90.0, scene=None, evenness=1.0):
    seen = []
    for seed in range(count):
        start = bars(contrast)[0] if scene is None else scene.copy()
        shot = Shot(scene=start, digit_height=HEIGHT, contrast=contrast, evenness=evenness)
        ingredient(np.random.default_rng(seed), shot)
        assert shot.scene.shape == (SIDE, SIDE)
        assert shot.scene.dtype == np.float32
        seen.append(shot)
    return seen


@pytest.mark.parametrize("ingredient", ALL)
def test_the_seed_decides(ingredient):
    for first, again in zip(shots(ingredient, 6), shots(ingredient, 6), strict=True):
        assert np.array_equal(first.scene, again.scene)
        assert first.contrast == again.contrast


@pytest.mark.slow
@pytest.mark.parametrize("ingredient", [tone, resolution, sharpening, threshold, posterise, jpeg])
@pytest.mark.parametrize("contrast", [90.0, -70.0, 20.0])
def test_strokes_stay_darker_or_lighter_than_their_paper(ingredient, contrast):
    _, inked = bars()
    for shot in shots(ingredient, contrast=contrast):
        difference = shot.scene[~inked].mean() - shot.scene[inked].mean()
        assert np.sign(difference) == np.sign(contrast)
        assert abs(difference) > 4
        assert np.sign(shot.contrast) == np.sign(contrast)


def test_tone_keeps_the_order_of_greys_and_tells_what_contrast_is_left():
    ramp = np.tile(np.linspace(40, 220, SIDE, dtype=np.float32), (SIDE, 1))
    for shot in shots(tone, scene=ramp):
        assert (np.diff(shot.scene[0]) > -1e-3).all()
        assert np.array_equal(shot.scene[0], shot.scene[-1])
    for contrast in (90.0, 20.0, -60.0):
        _, inked = bars()
        for shot in shots(tone, contrast=contrast):
            difference = shot.scene[~inked].mean() - shot.scene[inked].mean()
            assert shot.contrast == pytest.approx(difference, rel=0.02, abs=0.5)
            assert abs(shot.contrast) >= LEAST_CONTRAST - 0.5


def test_a_smaller_picture_enlarged_has_its_greys_but_less_detail():
    scene = np.random.default_rng(0).uniform(60, 200, (SIDE, SIDE)).astype(np.float32)
    changed = 0
    for shot in shots(resolution, scene=scene):
        assert shot.scene.mean() == pytest.approx(scene.mean(), abs=3)
        changed += np.abs(np.diff(shot.scene)).mean() < 0.85 * np.abs(np.diff(scene)).mean()
    assert changed > 25


@pytest.mark.slow
def test_sharpening_makes_halos_and_leaves_flat_paper():
    scene, inked = bars()
    for shot in shots(sharpening):
        assert shot.scene.max() > PAPER + 1
        assert shot.scene[inked].mean() < scene[inked].mean()
    flat = np.full((SIDE, SIDE), PAPER, np.float32)
    for shot in shots(sharpening, 10, scene=flat):
        assert shot.scene == pytest.approx(flat, abs=0.01)


def test_a_scan_is_black_and_white():
    _, inked = bars()
    for shot in shots(threshold, contrast=150.0):
        white, black = np.median(shot.scene[~inked]), np.median(shot.scene[inked])
        assert 150 < white <= 255
        assert 0 <= black < 100
        assert 140 <= shot.contrast <= 255
        between = (shot.scene > black + 40) & (shot.scene < white - 40)
        assert between.mean() < 0.2


def test_where_light_is_too_uneven_nothing_is_cut():
    scene, _ = bars(40.0)
    for shot in shots(threshold, 10, contrast=40.0, evenness=0.5):
        assert np.array_equal(shot.scene, scene)
        assert shot.contrast == 40


def test_few_greys_are_left_but_finer_than_the_ink():
    ramp = np.tile(np.linspace(0, 255, SIDE, dtype=np.float32), (SIDE, 1))
    for contrast, most in ((30.0, 10), (250.0, 64)):
        for shot in shots(posterise, contrast=contrast, scene=ramp):
            levels = np.unique(shot.scene)
            steps = np.diff(levels)
            assert steps == pytest.approx(np.full(len(steps), steps[0]), rel=1e-3)
            assert 6 - 1e-3 <= steps[0] <= most + 1e-3
            assert np.abs(shot.scene - ramp).max() <= steps[0] / 2 + 1e-3


def test_twice_inverted_is_the_same_and_once_is_light_on_dark():
    scene, _ = bars()
    shot = shots(invert, 1)[0]
    assert np.array_equal(shot.scene, 255 - scene)
    assert shot.contrast == -90
    invert(np.random.default_rng(0), shot)
    assert np.array_equal(shot.scene, scene)
    assert shot.contrast == 90


def test_a_jpeg_is_near_the_scene_and_nearer_for_faint_ink():
    scene = np.random.default_rng(0).uniform(60, 200, (SIDE, SIDE)).astype(np.float32)
    losses = {}
    for contrast in (20.0, 100.0):
        seen = [shot.scene for shot in shots(jpeg, contrast=contrast, scene=scene)]
        assert all(np.array_equal(one, np.rint(one)) for one in seen)
        losses[contrast] = [np.abs(one - scene).mean() for one in seen]
    assert max(losses[20.0]) < 0.85 * max(losses[100.0])
    assert min(losses[100.0]) < 6
    assert max(losses[100.0]) < 25

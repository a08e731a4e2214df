import cv2
import numpy as np
import pytest

from digitnet.training.pages.boxes import BOXES, RULES
from digitnet.training.pages.camera import CAMERA, CLEAN, faintest, perspective, photograph, warp
from digitnet.training.pages.paper import GROUNDS, INGREDIENTS
from digitnet.training.pages.surroundings import COVERS
from digitnet.training.pages.textures import TEXTURES

SIDE, HEIGHT = 128, 24.0
ALL = frozenset(CAMERA)


def scene_with_bars(paper, contrast):
    """Bars three pixels wide, as strokes of digits are, and where they are."""
    bars = np.zeros((SIDE, SIDE), bool)
    for x in range(12, SIDE, 24):
        bars[8:120, x : x + 3] = True
    return np.where(bars, paper - contrast, paper).astype(np.float32), bars


def pictures(count, contrast=60.0, without=frozenset(), screen=False):
    scene, _ = scene_with_bars(150.0, contrast)
    return [
        photograph(np.random.default_rng(seed), scene, HEIGHT, contrast, without, screen)
        for seed in range(count)
    ]


def test_pictures_are_bytes_and_the_seed_decides():
    for picture, again in zip(pictures(40), pictures(40), strict=True):
        assert picture.dtype == np.uint8
        assert picture.shape == (SIDE, SIDE)
        assert np.array_equal(picture, again)


@pytest.mark.slow
def test_a_quarter_of_pictures_is_clean():
    scene, _ = scene_with_bars(150.0, 60.0)
    clean = [np.array_equal(p, scene) or np.array_equal(p, 255 - scene) for p in pictures(300)]
    assert CLEAN - 0.08 < np.mean(clean) < CLEAN + 0.12


def test_without_all_the_scene_is_only_rounded():
    scene, _ = scene_with_bars(150.4, 60.0)
    picture = photograph(np.random.default_rng(1), scene, HEIGHT, 60.0, ALL)
    assert np.array_equal(picture, np.rint(scene))


@pytest.mark.parametrize("name", CAMERA)
def test_each_ingredient_alone_changes_some_pictures_and_can_be_left_out(name):
    scene, _ = scene_with_bars(150.0, 60.0)
    changed = [not np.array_equal(p, scene) for p in pictures(80, without=ALL - {name})]
    assert any(changed)
    assert np.mean(changed) < CAMERA[name][0] + 0.2


def test_a_screen_has_no_light_nor_noise():
    scene, _ = scene_with_bars(150.0, 60.0)
    without = ALL - {"light", "shadow", "vignette", "noise", "blur", "moire", "tone"}
    for picture in pictures(40, without=without, screen=True):
        assert np.array_equal(picture, scene)


def test_scenes_are_left_alone():
    scene, _ = scene_with_bars(150.0, 60.0)
    kept = scene.copy()
    for seed in range(30):
        photograph(np.random.default_rng(seed), scene, HEIGHT, 60.0)
    assert np.array_equal(scene, kept)


@pytest.mark.slow
@pytest.mark.parametrize(("paper", "contrast"), [(220.0, 30.0), (60.0, -30.0), (200.0, 150.0)])
def test_the_faintest_ink_stays_legible(paper, contrast):
    """Bars differ from the paper beside them by 10 levels and by more than its noise."""
    scene, bars = scene_with_bars(paper, contrast)
    beside = np.roll(bars, 9, axis=1)
    middle = np.roll(bars, 1, axis=1) & np.roll(bars, -1, axis=1)
    for seed in range(150):
        picture = photograph(np.random.default_rng(seed), scene, HEIGHT, contrast).astype(float)
        differences = []
        for y in range(16, 112, 16):
            for x in range(36, 100, 24):
                part = np.s_[y : y + 16, x - 10 : x + 14]
                ink, ground = picture[part][middle[part]], picture[part][beside[part]]
                differences.append(abs(ink.mean() - ground.mean()) / (2 + ground.std()))
        assert np.median(differences) > 1.2, seed


def test_noise_grows_with_the_contrast_of_the_faintest_ink():
    flat = np.full((SIDE, SIDE), 128, np.float32)
    without = ALL - {"noise"}

    def most_noise(contrast):
        return max(
            np.median(
                np.abs(photograph(np.random.default_rng(s), flat, 24, contrast, without) - flat)
            )
            for s in range(60)
        )

    assert most_noise(20) <= 4
    assert most_noise(150) > 6


def test_jpeg_files_are_not_worse_than_quality_25(monkeypatch):
    qualities = []
    encode = cv2.imencode

    def spy(extension, picture, parameters):
        qualities.append(parameters[1])
        return encode(extension, picture, parameters)

    monkeypatch.setattr(cv2, "imencode", spy)
    pictures(200, contrast=100.0, without=ALL - {"jpeg"})
    assert 25 <= min(qualities) < 35
    assert 85 < max(qualities) <= 96
    qualities.clear()
    pictures(200, contrast=25.0, without=ALL - {"jpeg"})
    assert min(qualities) >= 50


def test_perspective_moves_points_as_it_moves_the_picture():
    moved = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        matrix = perspective(rng, SIDE)
        assert matrix.shape == (3, 3)
        if np.array_equal(matrix, np.eye(3)):
            continue
        moved += 1
        for x, y in ((30, 40), (64, 64), (90, 50)):
            spot = np.zeros((SIDE, SIDE), np.float32)
            spot[y - 2 : y + 2, x - 2 : x + 2] = 1  # its middle is at (x, y)
            seen = warp(spot, matrix)
            rows, columns = np.mgrid[:SIDE, :SIDE] + 0.5
            middle = np.array([(columns * seen).sum(), (rows * seen).sum()]) / seen.sum()
            wanted = matrix @ (x, y, 1)
            assert middle == pytest.approx(wanted[:2] / wanted[2], abs=0.2)
    assert 5 < moved < 40


def test_perspective_shows_nothing_from_outside():
    corners = np.array([(0, 0, 1), (SIDE, 0, 1), (SIDE, SIDE, 1), (0, SIDE, 1)], float)
    for seed in range(80):
        source = corners @ np.linalg.inv(perspective(np.random.default_rng(seed), SIDE)).T
        source = source[:, :2] / source[:, 2:]
        assert source.min() > -1e-3
        assert source.max() < SIDE + 1e-3


def test_perspective_can_be_left_out():
    for seed in range(40):
        matrix = perspective(np.random.default_rng(seed), SIDE, frozenset({"perspective"}))
        assert np.array_equal(matrix, np.eye(3))
        layer = np.ones((8, 8), np.float32)
        assert warp(layer, matrix) is layer


def test_a_name_to_leave_out_means_one_thing():
    tables = (GROUNDS, INGREDIENTS, BOXES, RULES, TEXTURES, COVERS, CAMERA, ("perspective",))
    names = [name for table in tables for name in table if name != "plain"]
    assert len(names) == len(set(names))


def test_the_faintest_mark_decides():
    ink = np.zeros((64, 64), np.float32)
    ink[10:30, 10:13], ink[10:30, 40:43] = 1.0, 0.4
    bold, faint = (11.5, 20.0, 6.0, 20.0, 1.0), (41.5, 20.0, 6.0, 20.0, 7.0)
    assert faintest(ink, np.array([bold, faint])) == pytest.approx(0.4)
    assert faintest(ink, np.array([bold])) == 1
    assert faintest(ink, np.zeros((0, 5))) == 1
    outside = (-30.0, 20.0, 10.0, 20.0, 3.0)
    assert faintest(ink, np.array([bold, outside])) == 1

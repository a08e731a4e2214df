import cv2
import numpy as np
import pytest

from digitnet.reading.ink import find_ink, ink_is_light
from tests.reading.conftest import photo


def overlap(found: np.ndarray, expected: np.ndarray) -> float:
    return float((found & expected).sum() / (found | expected).sum())


@pytest.fixture
def written(digits):
    """A photo of a five and where its ink is."""
    picture = photo(digits[5])
    return picture, (picture < 150).astype(np.uint8)


def test_ink_is_found(written):
    picture, expected = written
    ink = find_ink(picture)
    assert not ink.light
    assert overlap(ink.mask, expected) > 0.85


def test_inverted_paper_gives_the_same_ink(written):
    picture, expected = written
    ink = find_ink(255 - picture)
    assert ink.light
    assert overlap(ink.mask, expected) > 0.85


@pytest.mark.parametrize("light", ["gradient", "shadow", "vignette"])
def test_uneven_light_is_evened(written, light):
    picture, expected = written
    height, width = picture.shape
    rows, columns = np.mgrid[:height, :width] / height
    factor = {
        "gradient": 0.35 + 0.6 * columns,
        "shadow": np.where(columns + 0.2 * rows > 0.55, 0.45, 1.0),
        "vignette": 1 - 0.8 * ((rows - 0.5) ** 2 + (columns - 0.5) ** 2),
    }[light]
    ink = find_ink((picture * factor).astype(np.uint8))
    assert overlap(ink.mask, expected) > 0.75


@pytest.mark.parametrize(
    ("paper", "pen"), [((250, 235, 90), (40, 60, 170)), ((240, 240, 240), (200, 30, 40))]
)
def test_coloured_pens_on_coloured_paper(written, paper, pen):
    picture, expected = written
    share = (picture.astype(float) / picture.max())[..., None]
    colour = share * np.array(paper) + (1 - share) * np.array(pen)
    assert overlap(find_ink(colour.astype(np.uint8)).mask, expected) > 0.7


def test_blank_paper_has_no_ink():
    random = np.random.default_rng(0)
    for noise in (0, 3, 8):
        paper = np.clip(200 + random.normal(0, noise, (300, 400)), 0, 255).astype(np.uint8)
        assert find_ink(cv2.GaussianBlur(paper, (0, 0), 1)).mask.mean() < 0.001


def test_polarity_is_not_the_mean(digits):
    thick = cv2.dilate(digits[8], np.ones((3, 3), np.uint8))
    assert ink_is_light(thick)
    assert not ink_is_light(255 - thick)


def test_chalk_in_a_shadow_is_the_same_stroke(digits):
    """A shadow's edge runs through a digit of light ink: its darker half is still ink."""
    board = 255 - photo(digits[9], scale=8)
    whole = find_ink(board).mask
    board[board.shape[0] // 2 :] = board[board.shape[0] // 2 :] * 0.5
    mask = find_ink(board).mask
    assert (mask & whole).sum() > 0.8 * whole.sum()


@pytest.mark.parametrize("light", [False, True])
def test_the_hole_of_a_thick_zero_is_paper(digits, light):
    thick = photo(cv2.dilate(digits[0], np.ones((3, 3), np.uint8)), scale=4, margin=8)
    assert ink_is_light(255 - thick if light else thick) is light

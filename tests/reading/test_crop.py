import cv2
import numpy as np
import pytest

from digitnet.reading.crop import cut_out
from digitnet.reading.normalise import normalise

BOX = np.array([80, 60, 40, 60])  # middle x, y, width, height


def eight(ink: int = 40, paper: int = 220, side: int = 160) -> np.ndarray:
    picture = np.full((120, side), paper, np.uint8)
    for y in (45, 75):
        cv2.ellipse(picture, (80, y), (17, 14), 0, 0, 360, ink, 4, cv2.LINE_AA)
    return picture


@pytest.mark.parametrize(("ink", "paper"), [(40, 220), (230, 30), (150, 190)])
def test_ink_of_either_polarity_comes_as_coverage(ink, paper):
    coverage, own = cut_out(eight(ink, paper), BOX)
    assert coverage.shape == own.shape
    assert abs(coverage.shape[0] - 62) < 6
    assert abs(coverage.shape[1] - 38) < 6
    assert (coverage.min(), coverage.max()) == (0, 1)
    assert 0.2 < own.mean() < 0.6


def test_neighbours_and_rules_are_left_out():
    picture = eight()
    picture[20:100, 108:112] = 40  # a one beside it
    coverage, _ = cut_out(picture, BOX)
    assert coverage.shape[1] < 44


@pytest.mark.parametrize("distance", [0, 1, 2])
def test_the_rules_of_a_cell_are_left_out_also_where_they_touch_the_digit(distance):
    free, _ = cut_out(eight(), BOX)
    picture = eight()
    for y in (29 - distance, 91 + distance):  # the ink is from 29 to 91
        picture[y - 3 if y < 60 else y : y if y < 60 else y + 3] = 40
    picture[:, [56, 57, 58]] = 40
    coverage, own = cut_out(picture, BOX)
    assert abs(coverage.shape[0] - free.shape[0]) <= 4
    assert abs(coverage.shape[1] - free.shape[1]) <= 2
    rows = own.mean(axis=1)
    assert rows[:2].max() < 0.9
    assert rows[-2:].max() < 0.9


def test_a_stroke_apart_that_touches_the_pictures_edge_is_the_digits_own():
    picture = np.full((70, 60), 220, np.uint8)
    cv2.line(picture, (12, 0), (50, 0), 40, 6)  # the hat of a five
    cv2.ellipse(picture, (30, 45), (18, 20), 0, -120, 120, 40, 6, cv2.LINE_AA)
    _, own = cut_out(picture, np.array([30, 35, 50, 66]))
    assert own[:2].any(axis=0).mean() > 0.5


def test_a_stem_that_leaves_the_box_is_kept():
    picture = np.full((160, 160), 220, np.uint8)
    cv2.ellipse(picture, (80, 50), (14, 16), 0, 0, 360, 40, 4, cv2.LINE_AA)
    cv2.line(picture, (94, 50), (90, 96), 40, 4, cv2.LINE_AA)
    coverage, _ = cut_out(picture, np.array([80, 60, 34, 56]))
    assert coverage.shape[0] > 60


def test_no_ink_is_none():
    assert cut_out(np.full((90, 90), 200, np.uint8), np.array([45, 45, 30, 40])) is None
    assert cut_out(np.zeros((1, 1), np.uint8), np.array([0.5, 0.5, 1, 1])) is None


def test_a_digit_that_fills_the_picture():
    picture = eight()[28:92, 60:100]
    coverage, _ = cut_out(picture, np.array([20, 32, 40, 64]))
    assert coverage.shape[0] > 54


def test_grain_of_the_paper_is_no_haze():
    noise = np.random.default_rng(0).normal(0, 8, (120, 160))
    picture = np.clip(eight() + noise, 0, 255).astype(np.uint8)
    coverage, own = cut_out(picture, BOX)
    assert coverage[~own].mean() < 0.06


def test_a_digit_of_seven_pixels_keeps_its_form():
    small = cv2.resize(eight(), None, fx=1 / 9, fy=1 / 9, interpolation=cv2.INTER_AREA)
    form, large = (
        normalise(*cut_out(grey, box)).astype(int)
        for grey, box in ((small, BOX / 9), (eight(), BOX))
    )
    assert np.abs(form - large).mean() < 30  # 39 where it is not enlarged

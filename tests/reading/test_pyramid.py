from itertools import pairwise

import cv2
import numpy as np
import pytest

from digitnet.reading.drawn import CELL, MARGIN, border_grey
from digitnet.reading.pyramid import (
    LARGEST,
    MOST_ENLARGED,
    SMALLEST,
    STEP,
    Scaled,
    evened,
    levels_of,
    pyramid,
    scaled,
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    "shape",
    [(1, 1), (28, 28), (1, 3000), (60, 700), (900, 1200), (2600, 1900), (5300, 700), (1, 500_000)],
)
def test_scales_are_a_step_apart_and_bounded(shape):
    levels = pyramid(np.zeros(shape, np.uint8))
    longer = [max(level.size) for level in levels]
    assert all(level.pixels.size < 1.1 * LARGEST**2 for level in levels)
    assert max(longer) <= 8 * LARGEST
    largest = max(MOST_ENLARGED, 8, SMALLEST / max(shape))
    assert max(max(level.scale) for level in levels) <= largest
    assert longer[-1] <= SMALLEST * STEP
    for level in levels:
        assert level.pixels.shape[0] % CELL == level.pixels.shape[1] % CELL == 0
        assert level.pixels.shape[1] >= level.size[0] + 2 * MARGIN
    for larger, smaller in pairwise(longer):
        assert larger / smaller == pytest.approx(STEP, rel=0.05)


@pytest.mark.parametrize("side", [5, 9, 20, 39])
def test_the_smallest_pictures_come_as_large_as_the_finder_knows(side):
    (level,) = pyramid(np.zeros((side, side), np.uint8))
    assert level.size == (SMALLEST, SMALLEST)


@pytest.mark.slow
def test_work_is_bounded_by_the_pictures_size():
    pixels = [
        sum(level.pixels.size for level in pyramid(np.zeros(shape, np.uint8)))
        for shape in ((28, 28), (300, 1000), (2000, 2700), (2700, 2700), (40, 100_000))
    ]
    assert pixels[0] < 10_000
    assert pixels[1] < 1_500_000
    assert max(pixels) < 2 * LARGEST**2


def test_a_photos_scales_are_as_if_each_were_made_from_the_photo():
    grey = np.full((1000, 1300), 210, np.uint8)
    for number in range(30):
        cv2.circle(grey, (40 * number + 30, 30 * number + 50), 12 + number, 40, 3)
    for small in scaled(grey):
        rows, columns = small.grey.shape
        direct = cv2.resize(grey, (columns, rows), interpolation=cv2.INTER_AREA)
        assert small.scale == (columns / 1300, rows / 1000)
        assert np.abs(small.grey.astype(int) - direct).mean() < 0.35


def test_of_a_large_page_what_is_drawn_on_is_looked_at():
    grey = np.full((1200, 900), 220, np.uint8)
    cv2.putText(grey, "4711", (100, 620), cv2.FONT_HERSHEY_SIMPLEX, 2, 30, 4)
    largest = [level for level in pyramid(grey) if level.number == 0]
    looked_at = sum(level.pixels.size for level in largest)
    assert looked_at < 0.2 * grey.size
    ink = sum(np.count_nonzero(level.pixels < -1) for level in largest)
    assert ink == np.count_nonzero(evened(grey.astype(np.float32)) < -1) > 2000


def dense(rows=900, columns=700):
    """A page on which paper shows only between strokes."""
    grey = np.full((rows, columns), 235, np.uint8)
    grey[::40, :] = grey[1::40, :] = grey[:, ::40] = grey[:, 1::40] = 90
    return grey


def test_a_page_without_a_bare_spot_is_looked_at():
    assert all(levels_of(small) for small in scaled(dense()))


def test_strong_strokes_are_looked_at_where_no_block_is_bare():
    grey = np.full((900, 700), 250, np.uint8)
    for shift in range(3):
        grey[shift::13, :] = grey[:, shift::13] = 5
    assert all(levels_of(small) for small in scaled(grey))


def test_one_known_digit_does_not_hide_a_dense_page():
    largest, *_ = scaled(dense())
    assert levels_of(largest, np.array([[90.0, 90, 120, 140]]))


def test_what_lies_between_known_digits_and_is_as_strong_is_left_out():
    largest, *_ = scaled(dense())
    known = np.array([[x, 450.0, 140, 880] for x in (100, 300, 500)])
    assert levels_of(largest, known) == []


def test_faint_strokes_of_a_small_picture_are_looked_at():
    rng = np.random.default_rng(0)
    grey = rng.normal(200, 6, (400, 560))
    grey[100:140, 100:104] -= 12
    _, *smaller = scaled(grey.clip(0, 255).astype(np.uint8))
    for small in smaller:
        (level,) = levels_of(small)
        assert level.corner == (MARGIN, MARGIN)
        assert level.pixels.size >= small.grey.size


def test_what_is_known_is_left_out_where_the_scales_differ():
    rng = np.random.default_rng(0)
    grey = rng.integers(200, 206, (9, 60_000)).astype(np.uint8)
    grey[:, 30_000:30_020] = 20
    small = Scaled(cv2.resize(grey, (60_000, 18)), (1.0, 2.0), 0)
    known = np.array([[30_010.0, 4.5, 30, 9]])
    assert levels_of(small) != []
    assert levels_of(small, known) == []


def test_evening_takes_light_contrast_and_polarity_away():
    random = np.random.default_rng(0)
    strokes = (random.random((120, 120)) < 0.1).astype(np.float32)
    bright, dim = evened(200 - 150 * strokes), evened(60 - 40 * strokes)
    assert np.abs(bright - dim).mean() < 0.1
    assert np.abs(bright + evened(50 + 150 * strokes)).mean() < 0.01
    assert np.abs(evened(np.full((40, 40), 200, np.float32))).max() < 0.01


def two_spots():
    grey = np.random.default_rng(0).integers(200, 206, (900, 1000)).astype(np.uint8)
    grey[20:60, 30:60] = 20
    grey[700:740, 800:840] = 30
    return grey


def test_parts_are_evened_as_the_whole_is():
    grey = two_spots()
    parts = levels_of(Scaled(grey, (1.0, 1.0), 0))
    assert len(parts) == 2
    framed = cv2.copyMakeBorder(
        grey, MARGIN, 80, MARGIN, 80, cv2.BORDER_CONSTANT, value=border_grey(grey)
    )
    whole = evened(framed.astype(np.float32))
    for part in parts:
        left, top = (MARGIN - corner for corner in part.corner)
        height, width = part.pixels.shape
        seen = whole[top : top + height, left : left + width]
        np.testing.assert_allclose(part.pixels, seen, atol=1e-5)


def test_what_is_known_is_not_looked_at():
    grey = two_spots()
    first, second = np.array([45.0, 40, 30, 40]), np.array([820.0, 720, 40, 40])
    (left,) = levels_of(Scaled(grey, (1.0, 1.0), 0), np.array([first]))
    assert left.corner[0] < 0  # the second spot is far from the picture's corner
    assert levels_of(Scaled(grey, (1.0, 1.0), 0), np.array([first, second])) == []
    small = scaled(grey)[5]
    assert levels_of(small, np.array([first, second])) == []
    # Of a small level nothing less than all is looked at.
    assert [level.corner for level in levels_of(small, np.array([first]))] == [(MARGIN, MARGIN)]

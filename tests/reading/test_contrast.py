import numpy as np
import pytest

from digitnet.reading.contrast import contrasts, showing_through

BOXES = np.array([(30 + 60 * n, 40, 30, 50) for n in range(4)], np.float32)


def page(*inks: int) -> np.ndarray:
    """Marks of such greys on paper of 220."""
    grey = np.full((80, 240), 220, np.uint8)
    for (x, y, *_), ink in zip(BOXES.astype(int), inks, strict=False):
        grey[y - 20 : y + 20, x - 5 : x + 5] = ink
    return grey


def test_contrast_is_from_ink_to_paper_whatever_the_polarity():
    assert contrasts(page(20, 120), BOXES[:3]).tolist() == [201, 101, 1]
    assert contrasts(255 - page(20, 120), BOXES[:3]).tolist() == [201, 101, 1]


@pytest.mark.parametrize(
    ("inks", "faint"),
    [
        ((20, 30, 40, 190), [False, False, False, True]),
        ((20, 30, 40, 130), [False] * 4),  # a pencil beside a pen
        ((190, 190, 185, 180), [False] * 4),  # a faint page
        ((20, 190, 190, 190), [False, True, True, True]),
    ],
)
def test_what_is_far_fainter_than_the_digits_shows_through(inks, faint):
    assert showing_through(page(*inks), BOXES, np.array([True] * 3 + [False])).tolist() == faint


def test_faint_writing_that_can_be_read_does_not_show_through():
    assert not showing_through(page(20, 190, 190, 190), BOXES, np.ones(4, bool)).any()


def test_a_shadow_makes_nothing_faint():
    grey = page(20, 20, 20, 20)
    grey[:, 120:] //= 5
    assert not showing_through(grey, BOXES, np.array([True, True, False, False])).any()


def test_a_box_beside_the_picture_has_no_contrast():
    assert contrasts(page(20), np.array([(500, 40, 30, 50), (40, 40, 0, 0)])).tolist() == [1, 1]


def test_where_nothing_is_read_nothing_is_faint():
    assert not showing_through(page(20, 190), BOXES, np.zeros(4, bool)).any()
    assert not len(showing_through(page(), BOXES[:0], np.zeros(0, bool)))

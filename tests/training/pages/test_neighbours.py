import numpy as np
import pytest

from digitnet.training.pages.neighbours import BANDS, paper_beside


def diagonal(side=90):
    """From the left top to the right bottom, three pixels wide."""
    ink = np.zeros((side, side), np.uint8)
    for at in range(side):
        ink[at, max(0, at - 1) : at + 2] = 255
    return ink


def test_a_bar_has_no_paper_beside_it():
    left, right = paper_beside(np.full((96, 10), 255, np.uint8), 1.0, 1.0, 96.0)
    middle = slice(BANDS // 4, -BANDS // 4)
    assert not left[middle].any()
    assert not right[middle].any()
    assert np.isinf(left[[0, -1]]).all()  # it is shorter than the bands reach


def test_paper_is_measured_in_pixels_of_the_sheet():
    once = paper_beside(diagonal(), 1.0, 1.0, 90.0)
    twice = paper_beside(diagonal(), 2.0, 1.0, 90.0)
    for one, two in zip(once, twice, strict=True):
        np.testing.assert_allclose(two, 2 * one)


def test_two_that_lean_alike_fit_into_each_other():
    left, right = paper_beside(diagonal(), 1.0, 1.0, 90.0)
    assert np.min(right + left) == pytest.approx(67, abs=10)
    mirrored = paper_beside(diagonal()[:, ::-1], 1.0, 1.0, 90.0)
    assert np.min(right + mirrored[0]) <= 10  # their feet would touch


def test_a_long_stem_leaves_the_head_where_it_is():
    head = np.zeros((96, 60), np.uint8)
    head[:20] = 255
    head[:, 50:] = 255
    long = np.concatenate([head, np.repeat(head[-1:], 40, axis=0)])
    short, longer = (paper_beside(ink, 1.0, 1.0, 96.0)[0] for ink in (head, long))
    np.testing.assert_allclose(short[: BANDS // 2], longer[: BANDS // 2])


def test_a_digit_far_from_the_line_is_beside_none_on_it():
    low = np.zeros((400, 8), np.uint8)
    low[380:] = 255
    for paper in paper_beside(low, 1.0, 1.0, 96.0):
        assert np.isfinite(paper).sum() <= 2  # what is further than the bands counts in the last

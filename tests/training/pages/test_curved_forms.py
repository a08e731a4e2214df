import cv2
import numpy as np
import pytest

from digitnet.training.pages import curved_forms
from digitnet.training.pages.curved_forms import CURVED_FORMS
from digitnet.training.pages.strokes import Ink, draw_strokes


def holes(form, seed) -> int:
    """How many places a form's line, drawn straight from knot to knot, shuts in."""
    strokes = [np.array(stroke, np.float32) for stroke in form(np.random.default_rng(seed))]
    corner = np.concatenate(strokes).min(axis=0)
    ink: Ink = draw_strokes(np.random.default_rng(0), [s - corner for s in strokes], 4.0, 0.0)
    paper = cv2.copyMakeBorder(255 - ink, 2, 2, 2, 2, cv2.BORDER_CONSTANT, value=255)
    sizes = cv2.connectedComponentsWithStats((paper > 128).astype(np.uint8), connectivity=4)[2]
    return int((sizes[1:, cv2.CC_STAT_AREA] > 60).sum()) - 1  # the outside is no hole


def test_it_holds_the_digits_without_a_stem():
    assert set(CURVED_FORMS) == {0, 2, 3, 5, 6, 8}


@pytest.mark.parametrize("label", CURVED_FORMS)
def test_forms_fill_the_box_of_a_digit(label):
    for form in dict.fromkeys(CURVED_FORMS[label]):
        for seed in range(10):
            points = np.concatenate(form(np.random.default_rng(seed)))
            loose = (curved_forms._zero_slashed, curved_forms._zero_tailed)
            beyond = 25 if form in loose else 0  # what leaves the loop
            assert -20 - beyond < points[:, 1].min() < 30
            assert 80 < points[:, 1].max() < 115 + beyond
            assert 30 < np.ptp(points[:, 0]) < 110 + 2 * beyond


def test_what_closes_shuts_in_a_place_and_what_stays_open_does_not():
    for seed in range(10):
        assert holes(curved_forms._six_closed, seed) == 1
        assert holes(curved_forms._eight_crossed, seed) == 2
        for label in (3, 5):
            assert holes(CURVED_FORMS[label][0], seed) == 0


def test_an_open_zero_does_not_meet_its_beginning():
    for seed in range(10):
        rng = np.random.default_rng(seed)
        (closed,), (open_,) = curved_forms._zero_closed(rng), curved_forms._zero_open(rng)
        assert np.hypot(*np.subtract(closed[0], closed[-1])) < 11
        assert np.hypot(*np.subtract(open_[0], open_[-1])) > 3


def test_slashes_of_zeros_are_steep_or_flat_and_some_reach_far_out():
    drawn = [
        [np.array(stroke) for stroke in curved_forms._zero_slashed(np.random.default_rng(seed))]
        for seed in range(200)
    ]
    slopes = [np.ptp(slash[:, 1]) / np.ptp(slash[:, 0]) for _, slash in drawn]
    assert min(slopes) < 1.1  # down over across
    assert max(slopes) > 4
    reach = [np.ptp(slash[:, 1]) / np.ptp(loop[:, 1]) for loop, slash in drawn]
    assert min(reach) < 0.6
    assert max(reach) > 1.4
    assert CURVED_FORMS[0].count(curved_forms._zero_slashed) == 3

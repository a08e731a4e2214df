"""Which pixels are strokes: what is dark, and what is fainter of the same pen."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from digitnet.reading.mask import stroke_mask

THRESHOLD = 0.3
LIGHT = 0.22  # below it
STROKE = np.s_[30:170, 80:86]


def stroke(light: float = 0.8, pressed: float = 0.8) -> NDArray[np.float32]:
    """An upright stroke; `pressed` in five rows of every thirty."""
    amount = np.zeros((200, 200), np.float32)
    amount[STROKE] = light
    amount[STROKE][np.arange(140) % 30 < 5] = pressed
    return amount


def test_dark_ink_is_a_stroke_and_paper_is_none() -> None:
    assert np.array_equal(stroke_mask(stroke(), THRESHOLD), stroke() > 0)
    assert not stroke_mask(stroke(0.1, 0.1), THRESHOLD).any()


def test_a_light_stroke_that_is_pressed_in_places_is_whole() -> None:
    light = stroke(LIGHT, pressed=0.5)
    assert np.array_equal(stroke_mask(light, THRESHOLD), light > 0)


def test_a_light_stroke_that_is_pressed_nowhere_is_none() -> None:
    assert not stroke_mask(stroke(LIGHT, LIGHT), THRESHOLD).any()


def test_one_speck_makes_no_light_stroke() -> None:
    amount = stroke(LIGHT, LIGHT)
    amount[100:102, 82:84] = 0.5
    amount[30:170, 20:26] = 0.5  # the pen
    assert stroke_mask(amount, THRESHOLD)[STROKE].sum() < 0.2 * 140 * 6


def test_a_smear_around_a_stroke_is_none() -> None:
    amount = stroke()
    smeared = amount.copy()
    cv2.circle(smeared, (83, 100), 30, 0.27, -1)
    smeared = np.maximum(smeared, amount)
    added = stroke_mask(smeared, THRESHOLD)[amount == 0]
    assert added.sum() < 0.1 * 140 * 6


def test_what_runs_out_of_the_picture_is_a_shadows_edge() -> None:
    amount = np.zeros((200, 200), np.float32)
    amount[96:106, 100:106] = 0.5
    amount[98:104, 106:] = LIGHT
    assert stroke_mask(amount, THRESHOLD)[:, 120:].sum() == 0
    assert stroke_mask(amount[:, :190], THRESHOLD)[:, 120:].sum() == 0
    inside = np.pad(amount, ((0, 0), (0, 20)))
    assert stroke_mask(inside, THRESHOLD)[:, 120:].sum() > 0


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 1)])
def test_odd_shapes(shape: tuple[int, int]) -> None:
    assert stroke_mask(np.ones(shape, np.float32), THRESHOLD).all()
    assert not stroke_mask(np.zeros(shape, np.float32), THRESHOLD).any()

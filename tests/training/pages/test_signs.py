import cv2
import numpy as np
import pytest

from digitnet.training.pages.knots import SIGNS
from digitnet.training.pages.signs import draw_sign
from digitnet.training.pages.strokes import INKED


def is_tight(ink):
    inked = ink > INKED
    return all(edge.any() for edge in (inked[0], inked[-1], inked[:, 0], inked[:, -1]))


@pytest.mark.parametrize("name", SIGNS)
def test_every_sign_is_drawn_tight_and_follows_its_seed(name):
    ink, height, offset = draw_sign(np.random.default_rng(2), 0.06, name)
    again = draw_sign(np.random.default_rng(2), 0.06, name)
    assert np.array_equal(ink, again[0])
    assert (height, offset) == again[1:]
    assert is_tight(ink)
    assert height == pytest.approx(ink.shape[0] / 96)


def test_signs_have_their_places_and_sizes():
    def typical(name):
        drawn = [draw_sign(np.random.default_rng(s), 0.06, name)[1:] for s in range(40)]
        return np.median(drawn, axis=0)

    assert typical("point")[0] < 0.2
    assert typical("point")[1] > 0.4  # on the line
    assert typical("plus")[0] == pytest.approx(0.65, abs=0.15)
    assert abs(typical("plus")[1]) < 0.06
    assert typical("slash")[0] > 1.2
    assert typical("minus")[0] < 0.3
    assert typical("apostrophe")[1] < -0.3


@pytest.mark.parametrize("name", ["exclamation", "exclamation boxed", "question hooked"])
def test_a_bold_pen_leaves_the_dot_apart(name):
    def parts(seed):
        ink = draw_sign(np.random.default_rng(seed), 0.22, name)[0]
        return cv2.connectedComponents((ink > INKED).astype(np.uint8))[0] - 1

    assert np.mean([parts(seed) == 2 for seed in range(60)]) > 0.9

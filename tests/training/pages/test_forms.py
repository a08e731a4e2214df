import cv2
import numpy as np

from digitnet.training.pages.forms import FORMS, draw_form


def test_forms_of_a_digit_differ_and_so_do_two_of_one_form():
    def drawn(label, form, seed):
        ink = draw_form(np.random.default_rng(seed), label, 0.06, 96, form)
        return cv2.resize(ink, (24, 32), interpolation=cv2.INTER_AREA).astype(float) / 255

    for label, forms in FORMS.items():
        pictures = [drawn(label, form, 0) for form in dict.fromkeys(forms)]
        pictures += [drawn(label, form, 1) for form in dict.fromkeys(forms)]
        for i, first in enumerate(pictures):
            for second in pictures[i + 1 :]:
                assert np.abs(first - second).mean() > 0.02


def test_every_digit_has_several_forms():
    assert set(FORMS) == set(range(10))
    assert all(len(set(forms)) >= 3 for forms in FORMS.values())


def test_long_stems_reach_below_the_digit():
    rng = np.random.default_rng(0)
    heights = [draw_form(rng, 9, 0.06, 96).shape[0] for _ in range(60)]
    assert max(heights) > 110
    assert np.median(heights) < 104

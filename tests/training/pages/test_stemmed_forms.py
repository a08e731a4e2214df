import numpy as np
import pytest

from digitnet.training.pages import stemmed_forms
from digitnet.training.pages.stemmed_forms import STEMMED_FORMS


def test_it_holds_the_digits_with_a_stem():
    assert set(STEMMED_FORMS) == {1, 4, 7, 9}


@pytest.mark.parametrize("label", STEMMED_FORMS)
def test_a_stem_reaches_the_line_and_begins_above_the_middle(label):
    for form in dict.fromkeys(STEMMED_FORMS[label]):
        for seed in range(10):
            points = np.concatenate(form(np.random.default_rng(seed)))
            assert -40 < points[:, 1].min() < 30
            assert 98 <= points[:, 1].max() < 130


def test_a_bar_is_a_stroke_of_its_own_across_the_stem():
    for seed in range(10):
        (_,) = stemmed_forms._seven_plain(np.random.default_rng(seed))
        stem, bar = map(np.array, stemmed_forms._seven_barred(np.random.default_rng(seed)))
        left, middle, right = bar
        at = np.interp(middle[1], stem[-3:, 1], stem[-3:, 0])  # the stem's x at the bar's height
        assert left[0] < at < right[0]


def test_the_foot_of_a_one_lies_on_the_line():
    for seed in range(10):
        _, foot = stemmed_forms._one_with_foot(np.random.default_rng(seed))
        assert {y for _, y in foot} == {100.0}
        assert foot[0][0] < 0 < foot[-1][0]

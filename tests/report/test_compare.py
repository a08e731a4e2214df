import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitnet.report.compare import mcnemar, sign_test


def test_the_exact_test_of_known_tables():
    assert sign_test(0, 0) == 1
    assert sign_test(5, 5) == 1
    assert sign_test(0, 6) == pytest.approx(2 / 2**6)
    assert sign_test(2, 10) == pytest.approx(2 * (1 + 12 + 66) / 2**12)


@given(st.integers(0, 60), st.integers(0, 60))
def test_it_is_a_probability_and_has_no_sides(one, other):
    assert 0 < sign_test(one, other) <= 1
    assert sign_test(one, other) == sign_test(other, one)


def test_only_images_that_one_alone_reads_count():
    first = np.array([True] * 90 + [True] * 8 + [False] * 2)
    second = np.array([True] * 90 + [False] * 8 + [False] * 2)
    found = mcnemar(first, second)
    assert (found.only_first, found.only_second) == (8, 0)
    assert found.significant
    assert not mcnemar(first, first).significant


def test_sets_of_other_sizes():
    with pytest.raises(ValueError, match="first has 2 images, second 3"):
        mcnemar(np.ones(2, bool), np.ones(3, bool))

"""Which pictures of a row are read."""

import pytest
from reading import spread


@pytest.mark.parametrize(("count", "most"), [(28, 9), (60, 60), (299, 40), (1, 3), (10, 100)])
def test_a_part_of_a_row_is_spread_and_holds_none_twice(count, most):
    chosen = spread(count, most)
    assert len(set(chosen)) == len(chosen) == min(count, most)
    assert set(chosen) <= set(range(count))

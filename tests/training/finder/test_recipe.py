import math

import pytest

from digitnet.errors import RecipeError
from digitnet.training.finder.recipe import FinderRecipe


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("steps", 0, "steps is 0, expected at least 1"),
        ("steps", 2.5, "steps is 2.5, expected a whole number"),
        ("batch_size", True, "batch_size is True, expected a whole number"),
        ("lr", math.inf, "lr is inf, expected a positive number"),
        ("batch_size", 0, "batch_size is 0, expected at least 1"),
        ("lr", 0.0, "lr is 0.0, expected a positive number"),
        ("ema_decay", 1.0, "ema_decay is 1.0, expected at least 0 and below 1"),
        ("seed", -1, "seed is -1, expected from 0"),
    ],
)
def test_values_outside_their_range_are_refused(field, value, expected):
    with pytest.raises(RecipeError, match=expected):
        FinderRecipe(**{field: value})


def test_plain_values_hold_every_field():
    values = FinderRecipe(steps=3).to_dict()
    assert FinderRecipe(**{**values, "widths": tuple(values["widths"])}) == FinderRecipe(steps=3)

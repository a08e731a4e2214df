import dataclasses
import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from digitnet.errors import RecipeError
from digitnet.training.recipe import RECIPES, Recipe


def test_documented_values():
    recipe = RECIPES["seed"]
    assert (recipe.epochs, recipe.batch_size, recipe.dropout) == (20, 512, 0.2)
    assert (recipe.lr, recipe.schedule, recipe.step_size, recipe.gamma) == (0.01, "step", 15, 0.1)
    assert (recipe.beta1, recipe.beta2, recipe.weight_decay) == (0.9, 0.999, 0)
    assert (recipe.average, recipe.non_digits, recipe.holdout) == (0, 0, 0)
    assert (recipe.hand, recipe.pen, recipe.ink) == (0, 0, 0)
    assert recipe == Recipe()


@given(
    lr=st.floats(1e-5, 1),
    gamma=st.floats(0.05, 1.5),
    step_size=st.integers(1, 12),
    epochs=st.integers(1, 40),
)
def test_learning_rate_is_that_of_step_lr(lr, gamma, step_size, epochs):
    recipe = Recipe(lr=lr, gamma=gamma, step_size=step_size)
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size, gamma)
    for epoch in range(epochs):
        for share in (0, 0.5, 0.999):
            lr = recipe.lr_at(epoch + share)
            assert lr == pytest.approx(scheduler.get_last_lr()[0], rel=1e-9)
        optimizer.step()
        scheduler.step()


@given(lr=st.floats(1e-5, 1), peak=st.floats(0, 1), epochs=st.integers(1, 40))
def test_the_triangle_rises_to_its_peak_and_falls_to_zero(lr, peak, epochs):
    recipe = Recipe(lr=lr, epochs=epochs, peak=peak, schedule="triangle")
    course = [recipe.lr_at(epochs * share / 100) for share in range(100)]
    assert all(0 < value <= lr * (1 + 1e-9) for value in course)
    top = max(range(100), key=course.__getitem__)
    assert abs(top - 100 * peak) <= 1
    assert course[: top + 1] == sorted(course[: top + 1])
    assert course[top:] == sorted(course[top:], reverse=True)
    if 0 < peak < 1:
        assert recipe.lr_at(0) == pytest.approx(lr / 5)
        assert recipe.lr_at(epochs * peak) == pytest.approx(lr)
        assert recipe.lr_at(epochs) == 0


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("epochs", 0, "at least 1"),
        ("epochs", -3, "at least 1"),
        ("batch_size", 0, "at least 1"),
        ("step_size", 0, "at least 1"),
        ("lr", 0.0, "a positive number"),
        ("lr", -0.1, "a positive number"),
        ("lr", math.nan, "a positive number"),
        ("lr", math.inf, "a positive number"),
        ("gamma", 0.0, "a positive number"),
        ("gamma", math.nan, "a positive number"),
        ("gamma", math.inf, "a positive number"),
        *(
            (name, value, "at least 0 and below 1")
            for name in ("beta1", "beta2", "dropout", "average")
            for value in (-0.1, 1.0, math.nan)
        ),
        *(
            (name, value, "from 0 to 1")
            for name in ("hand", "pen", "ink", "ground", "settle", "middle", "peak")
            for value in (-0.1, 1.1, math.nan)
        ),
        *(
            (name, value, "above 0 and at most 1")
            for name in ("norm_momentum", "hardest")
            for value in (0.0, -0.1, 1.1, math.nan)
        ),
        ("weight_decay", -0.1, "0 or more"),
        ("weight_decay", math.nan, "0 or more"),
        ("weight_decay", math.inf, "0 or more"),
        ("schedule", "cosine", "step or triangle"),
        ("non_digits", -1, "0 or more images"),
        ("seed", -1, "from 0 to"),
        ("seed", 2**63, "from 0 to"),
        ("holdout", -1, "0 or more images"),
    ],
)
def test_a_value_out_of_range_is_named(name, value, expected):
    with pytest.raises(RecipeError, match=f"{name} is {value}, expected {expected}"):
        Recipe(**{name: value})
    with pytest.raises(RecipeError, match=name):
        Recipe().with_changes({name: value})


def test_all_images_are_seen_first_and_then_a_share():
    recipe = Recipe(hardest=0.25)
    assert [recipe.images_in(epoch, 41) for epoch in range(3)] == [41, 11, 11]
    assert recipe.images_in(7, 1) == 1
    assert Recipe(hardest=0.27).images_in(1, 60_000) == 16_200
    assert Recipe().images_in(7, 41) == 41


@given(settle=st.floats(0, 1), epochs=st.integers(1, 40))
def test_digits_keep_their_shape_at_the_end(settle, epochs):
    recipe = Recipe(epochs=epochs, hand=0.5, pen=0.4, ink=0.3, ground=0.2, settle=settle)
    for share in range(100):
        changed = recipe.augmentation_at(epochs * share / 100)
        assert changed.pop("ground") == 0.2
        if share / 100 < 1 - settle - 1e-9:
            assert changed == {"hand": 0.5, "pen": 0.4, "ink": 0.3}
        elif share / 100 > 1 - settle + 1e-9:
            assert changed == {}


def test_every_field_has_a_bound_and_a_help():
    for field in dataclasses.fields(Recipe):
        assert field.metadata["help"]
        with pytest.raises(RecipeError, match=field.name):
            Recipe(**{field.name: -1})


@given(epochs=st.integers(1), lr=st.floats(0, exclude_min=True, allow_infinity=False))
def test_a_recipe_survives_being_written_down(epochs, lr):
    recipe = Recipe(epochs=epochs, lr=lr)
    assert Recipe.from_dict(dataclasses.asdict(recipe)) == recipe


def test_fields_of_a_later_version_are_refused():
    with pytest.raises(RecipeError, match=r"does not know \(momentum\)"):
        Recipe.from_dict(dataclasses.asdict(Recipe()) | {"momentum": 1})


def test_a_file_of_an_earlier_version_lacks_what_came_later():
    values = dataclasses.asdict(Recipe(lr=0.5))
    del values["ground"]
    assert Recipe.from_dict(values) == Recipe(lr=0.5)


def test_a_recipe_does_not_change():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Recipe().lr = 1

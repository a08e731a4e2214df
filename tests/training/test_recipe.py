import dataclasses
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitnet.errors import RecipeError
from digitnet.training.recipe import Recipe


def test_documented_values():
    recipe = Recipe()
    assert (recipe.epochs, recipe.batch_size, recipe.dropout) == (20, 512, 0.2)
    assert (recipe.lr, recipe.schedule, recipe.step_size, recipe.gamma) == (0.01, "step", 15, 0.1)
    assert (recipe.beta1, recipe.beta2, recipe.weight_decay) == (0.9, 0.999, 0)
    assert (recipe.ema_decay, recipe.non_digits, recipe.holdout) == (0, 0, 0)
    assert (recipe.distortion, recipe.stroke_width, recipe.blur) == (0, 0, 0)


@given(epochs=st.integers(1, 40), steps=st.integers(1, 50))
def test_the_step_schedule_is_that_of_step_lr(epochs, steps):
    recipe = Recipe(epochs=epochs, step_size=3, gamma=0.5)
    starts = [epoch * steps for epoch in range(epochs + 1)]
    for epoch in range(epochs):
        rates = {recipe.lr_at(epoch * steps + step, starts) for step in range(steps)}
        assert rates == {0.01 * 0.5 ** (epoch // 3)}


def test_the_other_schedules_go_by_the_share_of_all_steps():
    starts = [0, 6, 8]
    triangle = Recipe(schedule="triangle", warmup_fraction=0.5)
    assert [triangle.lr_at(step, starts) for step in (0, 4, 6)] == pytest.approx(
        [0.002, 0.01, 0.005]
    )
    cosine = Recipe(schedule="cosine", warmup_fraction=0.5)
    assert [cosine.lr_at(step, starts) for step in (0, 4, 6)] == pytest.approx([0, 0.01, 0.005])


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("epochs", 2.5, "a whole number"),
        ("epochs", 2.0, "a whole number"),
        ("epochs", True, "a whole number"),
        ("batch_size", "8", "a whole number"),
        ("seed", None, "a whole number"),
        ("lr", "high", "a number"),
        ("lr", False, "a number"),
        ("schedule", 3, "a name"),
    ],
)
def test_a_value_of_another_type_is_named(name, value, expected):
    with pytest.raises(RecipeError, match=f"{name} is {value}, expected {expected}"):
        Recipe(**{name: value})


def test_a_whole_number_will_do_for_a_real_one():
    assert Recipe(lr=1).lr == 1


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
            for name in ("beta1", "beta2", "dropout", "ema_decay")
            for value in (-0.1, 1.0, math.nan)
        ),
        *(
            (name, value, "from 0 to 1")
            for name in (
                "distortion",
                "stroke_width",
                "blur",
                "background",
                "clean_tail",
                "crop_fraction",
                "warmup_fraction",
            )
            for value in (-0.1, 1.1, math.nan)
        ),
        *(
            (name, value, "above 0 and at most 1")
            for name in ("norm_momentum", "hard_fraction")
            for value in (0.0, -0.1, 1.1, math.nan)
        ),
        ("weight_decay", -0.1, "0 or more"),
        ("weight_decay", math.nan, "0 or more"),
        ("weight_decay", math.inf, "0 or more"),
        ("schedule", "sawtooth", "step or triangle or cosine"),
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
    recipe = Recipe(hard_fraction=0.25)
    assert [recipe.images_in(epoch, 41) for epoch in range(3)] == [41, 11, 11]
    assert recipe.images_in(7, 1) == 1
    assert Recipe(hard_fraction=0.27).images_in(1, 60_000) == 16_200
    assert Recipe().images_in(7, 41) == 41


def test_every_field_has_a_bound_and_a_help():
    for field in dataclasses.fields(Recipe):
        assert field.metadata["help"]
        assert field.metadata["group"]
        with pytest.raises(RecipeError, match=field.name):
            Recipe(**{field.name: "-1" if field.type == "str" else -1})


@given(epochs=st.integers(1), lr=st.floats(0, exclude_min=True, allow_infinity=False))
def test_a_recipe_survives_being_written_down(epochs, lr):
    recipe = Recipe(epochs=epochs, lr=lr)
    assert Recipe.from_dict(dataclasses.asdict(recipe)) == recipe


def test_fields_of_a_later_version_are_refused():
    with pytest.raises(RecipeError, match=r"does not know \(momentum\)"):
        Recipe.from_dict(dataclasses.asdict(Recipe()) | {"momentum": 1})


def test_a_file_of_an_earlier_version_lacks_what_came_later():
    values = dataclasses.asdict(Recipe(lr=0.5))
    del values["background"]
    assert Recipe.from_dict(values) == Recipe(lr=0.5)


def test_a_file_of_an_earlier_version_has_its_names():
    """As run folders of version 0.1 hold them."""
    earlier = {"lr": 0.5, "peak": 0.1, "average": 0.9, "hardest": 0.5, "middle": 0.2, "hand": 0.3}
    earlier |= {"pen": 0.4, "ink": 0.6, "ground": 0.7, "settle": 0.8}
    assert Recipe.from_dict(earlier) == Recipe(
        lr=0.5,
        warmup_fraction=0.1,
        ema_decay=0.9,
        hard_fraction=0.5,
        crop_fraction=0.2,
        distortion=0.3,
        stroke_width=0.4,
        blur=0.6,
        background=0.7,
        clean_tail=0.8,
    )


def test_a_recipe_does_not_change():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Recipe().lr = 1

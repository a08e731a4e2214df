from digitnet.training.recipe import Recipe
from digitnet.training.recipes import BEST, FAST, RECIPES, ROBUST


def test_the_seed_is_as_described():
    assert RECIPES["seed"] == Recipe()


def test_names():
    assert list(RECIPES) == ["seed", "fast", "best", "robust", "reading"]


def test_robust_is_best_with_more_backgrounds():
    assert ROBUST.with_changes({"background": BEST.background}) == BEST
    assert ROBUST.background == 100 * BEST.background


def test_fast_sees_fewer_images_than_two_epochs_have():
    seen = sum(FAST.images_in(epoch, 60_000) for epoch in range(FAST.epochs))
    assert seen == 60_000 + 3 * 15_000


def test_what_ships_for_reading_refuses_and_keeps_a_holdout_to_calibrate_on():
    assert RECIPES["reading"].classes == 11
    assert RECIPES["reading"].holdout == 5_000

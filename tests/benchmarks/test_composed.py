"""Made-up pictures: their answers are in them, and they are always the same."""

import numpy as np
import pytest
from compose import page
from forms import form
from reading import spread
from singles import disturbed
from surround import MATERIALS, on_table, surface, with_margin

IMAGES = np.zeros((10, 28, 28), np.uint8)
for number, image in enumerate(IMAGES):  # strokes enough to be drawn: bars of many lengths
    image[4 : 10 + number, 12:15] = 255
LABELS = np.arange(10)


@pytest.mark.parametrize("material", MATERIALS)
@pytest.mark.parametrize("sides", [1, 2, 4])
def test_a_margin_leaves_the_picture_whole(material, sides):
    picture = np.random.default_rng(1).integers(1, 255, (60, 90, 3), dtype=np.uint8)
    around = with_margin(np.random.default_rng(2), picture, material, sides)
    windows = np.lib.stride_tricks.sliding_window_view(around, picture.shape)
    assert (windows == picture).all(axis=(-1, -2, -3)).sum() == 1
    added = (around.shape[0] > 60) + (around.shape[1] > 90)
    assert added >= (1 if sides < 4 else 2)


def test_a_paper_on_a_table_is_seen_with_something_around_it():
    picture = np.full((200, 300), 255, np.uint8)
    around = on_table(np.random.default_rng(3), picture)
    assert around.shape[0] * around.shape[1] > 1.05 * 200 * 300
    assert 0.5 < (around > 250).all(axis=2).sum() / (200 * 300) <= 1.01


@pytest.mark.parametrize("material", [*MATERIALS, "cloth", "metal"])
def test_a_surface_has_the_shape_that_was_asked_for(material):
    made = surface(np.random.default_rng(4), (40, 70), material)
    assert (made.shape, made.dtype) == ((40, 70, 3), np.uint8)


def test_a_form_and_its_answer():
    picture, answer = form(np.random.default_rng(5), IMAGES, LABELS)
    assert picture.dtype == np.uint8
    assert answer
    assert all(line.isdigit() for line in answer)
    again, same = form(np.random.default_rng(5), IMAGES, LABELS)
    assert (again == picture).all()
    assert same == answer


def test_signs_stand_in_the_answer_as_question_marks():
    _, answer = page(np.random.default_rng(6), IMAGES, LABELS, signs=0.9)
    text = "".join(answer)
    assert "?" in text
    assert sum(character.isdigit() for character in text) >= text.count("?")


def test_a_disturbed_digit_is_a_larger_picture():
    made = disturbed(np.random.default_rng(7), IMAGES[3])
    assert made.shape[0] >= 42
    assert made.dtype == np.uint8


@pytest.mark.parametrize(("count", "most"), [(28, 9), (60, 60), (299, 40), (1, 3), (10, 100)])
def test_a_part_of_a_row_is_spread_and_holds_none_twice(count, most):
    chosen = spread(count, most)
    assert len(set(chosen)) == len(chosen) == min(count, most)
    assert set(chosen) <= set(range(count))

import numpy as np
import pytest

from digitnet.training.pages.arrangement import KINDS, OTHERS, Layout, line_text, write
from digitnet.training.pages.targets import NO_DIGIT
from tests.training.pages.one_writer import HEIGHT, PLAIN, digits, writer

ONLY_DIGITS = frozenset(OTHERS)


def written(ingredients, kind, seed, without=ONLY_DIGITS, style=PLAIN):
    """One sheet of a kind, and its layout."""
    one = writer(ingredients, seed, style)
    others = frozenset(KINDS) - {kind}
    layout = write(one.rng, one, others | without)
    assert layout.kind == kind
    return one.sheet, layout


@pytest.mark.slow
def test_the_seed_decides(ingredients):
    for seed in range(6):
        first, second = (writer(ingredients, seed) for _ in range(2))
        kinds = [write(one.rng, one).kind for one in (first, second)]
        assert kinds[0] == kinds[1]
        assert np.array_equal(first.sheet.ink, second.sheet.ink)
        assert first.sheet.marks == second.sheet.marks
        assert first.sheet.vague == second.sheet.vague


def test_every_kind_comes_as_often_as_it_says(ingredients, monkeypatch):
    for name, (chance, _) in KINDS.items():
        monkeypatch.setitem(KINDS, name, (chance, lambda writer, layout: None))
    one = writer(ingredients)
    kinds = [write(one.rng, one, ONLY_DIGITS).kind for _ in range(3000)]
    for name, (chance, _) in KINDS.items():
        assert kinds.count(name) / 3000 == pytest.approx(chance, abs=0.03)
    assert sum(chance for chance, _ in KINDS.values()) == pytest.approx(1)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["lines", "cells", "column", "scattered"])
def test_each_kind_writes_several_digits_of_about_the_height(ingredients, kind):
    counts, heights = [], []
    for seed in range(8):
        sheet, _ = written(ingredients, kind, seed)
        counts.append(len(digits(sheet)))
        heights += [mark[3] for mark in digits(sheet)]
    assert np.mean(counts) > 3
    assert np.median(heights) == pytest.approx(HEIGHT, rel=0.25)


@pytest.mark.slow
def test_nothing_holds_no_digit_whatever_else_is_written(ingredients):
    for seed in range(30):
        sheet, _ = written(ingredients, "nothing", seed, frozenset())
        assert not digits(sheet)
    blank, _ = written(ingredients, "nothing", 0, ONLY_DIGITS)
    assert not blank.ink.any()
    assert not blank.marks
    assert not blank.vague


def test_alone_is_one_digit_letter_or_sign_and_nothing_else(ingredients):
    labels = []
    for seed in range(60):
        sheet, _ = written(ingredients, "alone", seed)
        assert len(sheet.marks) + len(sheet.vague) <= 2  # a digit and what strikes it out
        assert len(sheet.marks) <= 1
        labels += [mark[4] for mark in sheet.marks]
        assert sheet.ink.any() or not sheet.marks
    assert 0.5 < np.mean([label != NO_DIGIT for label in labels]) < 0.9


@pytest.mark.slow
def test_cells_have_their_digits_about_their_middles(ingredients):
    for seed in range(6):
        sheet, layout = written(ingredients, "cells", seed)
        assert layout.cells
        width, height = layout.cell_size
        assert width >= HEIGHT
        assert height > HEIGHT
        places = np.array(layout.cells)
        for x, y, *_ in digits(sheet):
            away = np.abs(places - (x, y)).min(axis=0)
            assert (away < (width, height)).all()
    for kind in set(KINDS) - {"cells"}:
        assert not written(ingredients, kind, 0)[1].cells


@pytest.mark.slow
def test_numbers_of_a_column_end_at_one_edge(ingredients):
    """Their right ends differ less than their left ones: some are longer than others."""
    left, right = [], []
    for seed in range(24):
        sheet, _ = written(ingredients, "column", seed)
        rows = {}
        for x, y, width, *_ in digits(sheet):
            rows.setdefault(round(y / HEIGHT), []).append((x - width / 2, x + width / 2))
        edges = np.array([(min(row)[0], max(row)[1]) for row in rows.values()])
        left.append(edges[:, 0].std())
        right.append(edges[:, 1].std())
    assert sum(right) < 0.7 * sum(left)


def test_scattered_marks_do_not_touch(ingredients):
    for seed in range(10):
        sheet, _ = written(ingredients, "scattered", seed)
        boxes = [mark[:4] for mark in sheet.marks]
        for i, (x, y, width, height) in enumerate(boxes):
            for other in boxes[i + 1 :]:
                across = (width + other[2]) / 2 - abs(x - other[0])
                down = (height + other[3]) / 2 - abs(y - other[1])
                common = max(0, across) * max(0, down)
                assert common < 0.3 * min(width * height, other[2] * other[3])


@pytest.mark.slow
@pytest.mark.parametrize("name", OTHERS)
def test_what_is_no_digit_can_be_left_out_one_by_one(ingredients, name):
    inked = 0
    for seed in range(16):
        sheet, _ = written(ingredients, "nothing", seed, ONLY_DIGITS - {name})
        if name == "letters":
            assert all(mark[4] == NO_DIGIT for mark in sheet.marks)
        else:
            assert not sheet.marks
        inked += bool(sheet.ink.any())
    assert 2 <= inked < 16


def test_printed_digits_are_not_drawn(ingredients, monkeypatch):
    """Print is told as no digit."""
    asked = []

    def draw_print(rng, kind=None):
        asked.append(kind)
        return np.full((30, 60), 255, np.uint8), kind

    monkeypatch.setattr(ingredients.prints, "draw_print", draw_print)
    for seed in range(16):
        written(ingredients, "nothing", seed, ONLY_DIGITS - {"print"})
    assert set(asked) == {"letters"}


@pytest.mark.slow
def test_words_print_and_scribbles_keep_clear_of_marks(ingredients):
    """Where no mark is told, none is covered: vague ink lies outside the marks' inner half."""
    for seed in range(16):
        plain, _ = written(ingredients, "scattered", seed)
        full, _ = written(ingredients, "scattered", seed, frozenset({"letters"}))
        assert full.marks == plain.marks
        added = full.ink - plain.ink > 0.3
        for x, y, width, height, _ in plain.marks:
            rows = slice(max(0, int(y - height / 4)), max(0, int(y + height / 4)))
            columns = slice(max(0, int(x - width / 4)), max(0, int(x + width / 4)))
            assert not added[rows, columns].any()


def test_line_texts_hold_digits_signs_letters_and_spaces():
    rng = np.random.default_rng(0)
    texts = [line_text(rng) for _ in range(300)]
    assert set("".join(texts)) == set("dsl /-.:%$€")
    assert all("d" in text for text in texts)
    assert 0.4 < np.mean([set(text) == {"d"} for text in texts]) < 0.65


def test_a_line_of_dates_keeps_to_one_sign():
    rng = np.random.default_rng(0)
    lines = [set(line_text(rng)) - set("d ") for _ in range(600)]
    assert sum(signs == {"/"} for signs in lines) > 10
    assert not any("/" in signs and signs != {"/"} for signs in lines)


def test_a_layout_begins_empty():
    assert Layout(PLAIN).cells == []
    assert Layout(PLAIN).cells is not Layout(PLAIN).cells

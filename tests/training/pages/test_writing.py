import numpy as np
import pytest

from digitnet.training.pages.targets import NO_DIGIT
from digitnet.training.pages.writing import CLEAR_SIGNS, Style, between, make_style
from tests.training.pages.one_writer import HEIGHT, PLAIN, SIDE, writer


def test_a_line_runs_on_from_left_to_right(ingredients):
    one = writer(ingredients)
    end = one.line(-200.0, 0.0, 250.0, "dddd")
    xs = [mark[0] for mark in one.sheet.marks]
    assert xs == sorted(xs)
    assert -200 < end <= 250 + 3 * HEIGHT
    assert one.line(-200.0, 0.0, -300.0, "dddd") == -200  # there is no room


def test_a_space_moves_on_and_writes_nothing(ingredients):
    one = writer(ingredients)
    assert one.line(0.0, 0.0, 99.0, " ") > 0.4 * HEIGHT
    assert not one.sheet.ink.any()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("what", "digit"), [("d", True), ("l", False), *((sign, False) for sign in "s/%$€")]
)
def test_a_line_writes_what_its_text_says(ingredients, what, digit):
    labels = []
    for seed in range(6):
        one = writer(ingredients, seed)
        one.line(-230.0, 0.0, 250.0, what * 9)
        labels += [mark[4] for mark in one.sheet.marks]
    assert labels
    assert {label != NO_DIGIT for label in labels} == {digit}


def test_a_slash_is_a_mark_and_a_point_is_none(ingredients):
    one = writer(ingredients)
    one.line(-200.0, 0.0, 250.0, "d/d/d")
    *_, height, label = one.sheet.marks[1]
    assert label == NO_DIGIT
    assert height > HEIGHT
    points = writer(ingredients)
    points.line(-200.0, 0.0, 250.0, "...")
    assert points.sheet.ink.any()
    assert not points.sheet.marks


def test_angle_turns_the_line(ingredients):
    slope = Style(**{**vars(PLAIN), "angle": 0.3})
    one = writer(ingredients, style=slope)
    one.line(-200.0, 0.0, 220.0, "d" * 9)
    places = np.array([mark[:2] for mark in one.sheet.marks])
    x, y = places[-1] - places[0]
    assert np.arctan2(y, x) == pytest.approx(0.3, abs=0.08)
    assert one.place(0.0, 0.0) == (SIDE / 2, SIDE / 2)


def test_kerned_digits_stand_nearer_each_other(ingredients):
    kerned = Style(**{**vars(PLAIN), "kerned": True})
    nearer = 0
    for seed in range(8):
        ends = []
        for style in (PLAIN, kerned):
            one = writer(ingredients, seed, style)
            ends.append(one.line(-200.0, 0.0, 300.0, "dddd"))
            xs = [mark[0] for mark in one.sheet.marks]
            assert xs == sorted(xs)
            assert len(one.sheet.marks) == 4
        assert ends[1] <= ends[0]
        nearer += ends[1] < ends[0] - 2
    assert nearer >= 4


def test_a_digit_is_not_kerned_into_what_is_none(ingredients):
    kerned = Style(**{**vars(PLAIN), "kerned": True})
    for text in ("d d", "dsd", "dld"):
        ends = [writer(ingredients, 3, s).line(-200.0, 0.0, 300.0, text) for s in (PLAIN, kerned)]
        assert ends[0] == ends[1]


def test_a_joining_stroke_is_ink_and_no_mark(ingredients):
    one = writer(ingredients)
    one.join(0.0, 0.0)
    assert one.sheet.ink[156:356, 206:306].any()
    assert not one.sheet.marks


@pytest.mark.parametrize("name", CLEAR_SIGNS)
def test_a_clear_sign_is_a_mark_that_is_no_digit(ingredients, name):
    marks = []
    for seed in range(5):
        one = writer(ingredients, seed)
        one.sign(0.0, 0.0, name)
        assert one.sheet.ink.any()
        marks += one.sheet.marks
        assert {mark[4] for mark in one.sheet.marks} <= {NO_DIGIT}
    assert marks or name in ("arrow", "wave")  # so flat that they may be no mark


@pytest.mark.parametrize(("name", "most"), [("point", 0), ("comma", 1), ("minus", 4)])
def test_points_are_no_marks_commas_and_dashes_hardly(ingredients, name, most):
    marks = []
    for seed in range(12):
        one = writer(ingredients, seed)
        one.sign(0.0, 0.0, name)
        assert one.sheet.ink.any()
        marks += one.sheet.marks
    assert len(marks) <= most
    assert {mark[4] for mark in marks} <= {NO_DIGIT}


def test_few_digits_are_struck_out_and_then_are_none(ingredients, monkeypatch):
    monkeypatch.setattr("digitnet.training.pages.writing._CROSSED_OUT", 1.0)
    one = writer(ingredients)
    one.digit(0.0, 0.0)
    assert not one.sheet.marks
    assert len(one.sheet.vague) == 1


def test_styles_keep_their_ranges():
    rng = np.random.default_rng(0)
    for _ in range(300):
        style = make_style(rng, 40.0)
        assert style.height == 40
        assert 1.6 <= style.pen <= 0.5 * 40
        assert style.pen_ratio <= 0.22  # bolder letters and signs are blots
        assert style.gap[0] < style.gap[1]
        assert 0.6 <= style.depth <= 1
        assert 0.75 <= style.width <= 1.25
    assert make_style(rng, 10.0).pen >= 1.6  # thinner would break


def test_turn_is_the_rotation_by_the_angle():
    turn = Style(**{**vars(PLAIN), "angle": np.pi / 2}).turn
    assert turn @ (1, 0) == pytest.approx([0, 1])


def test_between_is_uniform_in_its_logarithm():
    rng = np.random.default_rng(1)
    drawn = np.array([between(rng, 0.5, 8) for _ in range(2000)])
    assert 0.5 <= drawn.min() < drawn.max() <= 8
    assert (drawn < 2).mean() == pytest.approx(0.5, abs=0.04)

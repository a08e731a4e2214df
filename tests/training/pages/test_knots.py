import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitnet.training.pages.knots import ALONE, LETTERS, SIGNS, parse_knots

NUMBERS = st.integers(-200, 200).map(float)
KNOTS = st.tuples(NUMBERS, NUMBERS)
STROKES = st.lists(
    st.lists(st.tuples(KNOTS, st.booleans()), min_size=1, max_size=6), min_size=1, max_size=4
)


@pytest.mark.slow
@given(STROKES)
def test_what_is_written_as_text_is_read_again(strokes):
    text = " / ".join(
        " ".join(f"{x:g},{y:g}{'!' if corner else ''}" for (x, y), corner in stroke)
        for stroke in strokes
    )
    wanted = [[point for point, corner in stroke for _ in range(1 + corner)] for stroke in strokes]
    assert parse_knots(text) == wanted


@pytest.mark.parametrize("name", [*LETTERS, *SIGNS])
def test_every_character_is_strokes_of_two_points_at_least_and_of_a_usual_size(name):
    strokes = parse_knots({**LETTERS, **SIGNS}[name])
    assert all(len(set(stroke)) >= 2 for stroke in strokes)
    points = np.concatenate([np.array(stroke) for stroke in strokes])
    width, height = np.ptp(points, axis=0)
    assert width < 130
    assert height <= 150
    assert points[:, 1].min() >= -20
    assert points[:, 1].max() <= 140


def test_capitals_stand_on_the_line_and_are_as_high_as_a_digit():
    for letter in "ABDEHIKLMNPRTXYZ":
        heights = [y for stroke in parse_knots(LETTERS[letter]) for _, y in stroke]
        assert min(heights) == pytest.approx(0, abs=3)
        assert max(heights) == pytest.approx(100, abs=3)


def test_all_letters_are_there_and_other_shapes_are_of_known_ones():
    alphabet = {name for name in LETTERS if len(name) == 1}
    assert alphabet == set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    assert {name[0] for name in LETTERS if len(name) > 1} <= alphabet
    assert set(ALONE) <= alphabet


def test_no_two_characters_are_the_same():
    texts = [*LETTERS.values(), *SIGNS.values()]
    assert len(texts) == len(set(texts))

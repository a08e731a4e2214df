"""Digits drawn on one board, told apart and read by the page itself."""

import pytest

from tests.web.browser import MARKS
from tests.web.forms import FORMS, PLAIN, Strokes

pytestmark = MARKS


def read_together(tab, *placed: tuple[Strokes, float, float, float]) -> list[int]:
    """What several forms on one board are read as; 10 for no digit. Left, top, size of each."""
    strokes = [
        [{"x": left + size * x / 100, "y": top + size * y / 100, "width": 24.0} for x, y in stroke]
        for form, left, top, size in placed
        for stroke in form
    ]
    return tab.evaluate(
        """(strokes) => {
          const reader = new page.Reading28(content, null);
          return reader.read(strokes, 0, false).digits.map(({ shares }) => page.argmax(shares));
        }""",
        strokes,
    )


@pytest.mark.parametrize("form", FORMS)
def test_a_form_is_one_digit_and_read(tab, form):
    assert read_together(tab, (FORMS[form], 60, 60, 320)) == [int(form[0])]


@pytest.mark.parametrize("text", ["12", "10", "47", "55", "90", "74", "11", "38", "69", "123"])
def test_digits_beside_each_other_are_read_as_several(tab, text):
    size = 400 / len(text)
    placed = [
        (PLAIN[digit], 20 + 1.0 * size * at, 100, 1.15 * size) for at, digit in enumerate(text)
    ]
    assert read_together(tab, *placed) == [int(digit) for digit in text]


@pytest.mark.parametrize("digit", "0123456789")
def test_a_digit_that_fills_the_board_is_read(tab, digit):
    assert read_together(tab, (PLAIN[digit], -40, -40, 528)) == [int(digit)]


APART = {
    4: [[(20, 8), (14, 56), (52, 56)], [(64, 20), (62, 92)]],
    0: [
        [(46, 8), (20, 24), (14, 50), (20, 78), (44, 92)],
        [(56, 8), (80, 24), (86, 50), (80, 78), (58, 92)],
    ],
}


@pytest.mark.parametrize("digit", APART)
def test_two_strokes_beside_each_other_are_one_digit_where_they_make_one(tab, digit):
    assert read_together(tab, (APART[digit], 60, 60, 320)) == [digit]
    assert read_together(tab, (APART[digit], 10, 60, 240), (PLAIN["3"], 270, 60, 240)) == [digit, 3]

"""The table of what was wanted."""

import pytest
from goals import GOALS, Goal, table

from tests.benchmarks.test_scores import outcome


@pytest.mark.parametrize(
    ("goal", "value", "word"),
    [
        (Goal("", ("a",), "printed", 98, 99), 0.99, "aim"),
        (Goal("", ("a",), "printed", 98, 99), 0.98, "yes"),
        (Goal("", ("a",), "printed", 98, 99), 0.9799, "no"),
        (Goal("", ("a",), "wrong", 1, 0.3, most=True), 0.003, "aim"),
        (Goal("", ("a",), "wrong", 1, 0.3, most=True), 0.01, "yes"),
        (Goal("", ("a",), "wrong", 1, 0.3, most=True), 0.011, "no"),
    ],
)
def test_reached(goal, value, word):
    assert goal.reached(value) == word


def test_what_was_not_read_is_not_in_the_table():
    rows = {"opencv_digits": {0: outcome("all", 9)}}
    (line,) = table(rows, {})
    assert line["what"] == "OpenCV's digits"
    assert (line["measured"], line["baseline"]) == (pytest.approx(90), None)


def test_digits_lost_is_the_mean_over_its_rows():
    rows = {"pages": {0: outcome("one", 10)}}
    for goal in GOALS:
        for name in goal.names:
            if name.startswith("pages, "):
                lost = 3 if "black" in name else 0
                rows[name] = {0: outcome("one", 10 - lost, base=0)}
    measured = {line["what"]: line["measured"] for line in table(rows, {})}
    assert measured["pages with a margin, digits lost"] == pytest.approx(10)
    assert measured["  the worst of nine"] == pytest.approx(30)
    assert measured["pages turned by a quarter, digits lost"] == pytest.approx(0)

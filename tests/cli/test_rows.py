from dataclasses import replace
from pathlib import Path

import pytest

from digitnet.cli.rows import DIGITS, PICTURES, Held, answers_rows, is_last
from digitnet.errors import OutputError, PictureError
from digitnet.reading import Answer, Digit, Expected, Reading, TextLine

ANSWERS = answers_rows(Expected(2))


def digit(number, box, sure=0.91, accepted=True):
    shares = tuple(0.91 if index == number else 0.01 for index in range(10))
    return Digit(box, accepted, shares, sure)


LINES = (
    TextLine((digit(4, (1, 2, 3, 4)), digit(2, (5, 6, 7, 8)))),
    TextLine((digit(0, (9, 9, 9, 9), 0.25, False),)),
)
READING = Reading(LINES, 40, 50, page=2, pages=3)


def test_a_row_a_digit_with_its_place():
    first, second, third = DIGITS.of("a.png", READING)
    assert (first["page"], first["line"], first["position"], first["digit"]) == (2, 1, 1, 4)
    assert (second["x"], second["height"], third["line"], third["accepted"]) == (5, 8, 2, False)


def test_a_row_a_picture():
    (row,) = PICTURES.of("a.png", READING)
    assert row == {
        "path": "a.png", "page": 2, "text": "42\n?", "digits": 3, "refused": 1,
        "lowest_confidence": 0.25,
    }  # fmt: skip


def test_answers_and_how_sure_all_of_them_are():
    found = replace(READING, answers=(Answer("42", 0.75, 0), Answer("0", 0.5, 1)))
    (row,) = ANSWERS.of("a.png", found)
    assert (row["answer"], row["probability"], row["text"]) == ("42\n0", 0.5, "42\n?")
    (row,) = ANSWERS.of("a.png", replace(READING, answers=()))
    assert "answer" not in row


@pytest.mark.parametrize("rows", [DIGITS, PICTURES, ANSWERS])
def test_nothing_written_and_nothing_read_have_their_row(rows):
    (blank,) = rows.of("blank.png", Reading((), 5, 5))
    (failed,) = rows.of("bad.tif", PictureError("damaged", page=3, pages=4))
    assert (blank["path"], blank.get("error")) == ("blank.png", None)
    assert (failed["path"], failed["page"], failed["error"]) == ("bad.tif", 3, "damaged")
    for row in (*rows.of("a.png", READING), blank, failed):
        assert set(row) <= set(rows.columns)


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        (Expected(2), "its answer 123 for b.png is not one of those"),
        (Expected(3), "its answer 42 for a.png"),
        (Expected(valid=["42", "07"]), "its answer 123 for b.png"),
        (Expected(valid=["42", "123", "07"]), None),
    ],
)
def test_a_table_that_was_asked_for_otherwise_is_not_gone_on_with(expected, said):
    rows = answers_rows(expected)
    held = [
        {"path": "none.png", "answer": ""},
        {"path": "null.png", "answer": None},
        {"path": "a.png", "answer": "42"},
        {"path": "b.png", "answer": "42\n123"},
    ]

    def check():
        for row in held:
            rows.check(row, Path("t.csv"))

    if said is None:
        check()
    else:
        with pytest.raises(OutputError, match=f"cannot go on with t.csv: {said}"):
            check()


def test_what_a_table_holds():
    held = Held()
    held.add([{"path": "a.png", "error": ""}, {"path": "b.tif", "error": None}])
    held.add([{"path": "b.tif", "error": "damaged"}])
    assert (held.paths, held.failed) == ({"a.png", "b.tif"}, {"b.tif"})


def test_which_page_is_the_last():
    assert not is_last(READING)
    assert is_last(replace(READING, page=3))
    assert is_last(PictureError("no such file"))

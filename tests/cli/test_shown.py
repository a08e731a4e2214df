import json
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

import pytest

from digitnet.cli.shown import Shown
from digitnet.errors import PictureError
from digitnet.reading import Answer, Expected, Reading
from tests.cli.test_rows import LINES

READING = Reading(LINES, 40, 50)


@pytest.fixture
def show(capsys):
    def shown(result, *, several=False, **flags):
        outputs = dict.fromkeys(("csv", "parquet", "review", "show", "explain"))
        args = Namespace(**{"json": False, "top": 3, "expected": None, **outputs, **flags})
        Shown(args, several=several).show("a.png", result)
        return capsys.readouterr()

    return shown


def test_text_is_named_where_there_are_several(show):
    assert show(READING).out == "42\n?\n"
    assert show(READING, several=True).out == "a.png: 42\n       ?\n"
    assert show(replace(READING, page=2, pages=3)).out.startswith("a.png, page 2: 42\n")


def test_errors_and_warnings_go_to_standard_error(show):
    told = show(PictureError("it is damaged", page=2, pages=3))
    assert (told.out, told.err) == ("", "digitnet read: a.png, page 2: it is damaged\n")
    assert show(replace(READING, warning="why")).err == "digitnet read: a.png: warning: why\n"


def test_json_has_the_page_of_an_error_too(show):
    error = PictureError("damaged", page=2, pages=3)
    assert json.loads(show(error, json=True).out) == {
        "path": "a.png", "page": 2, "pages": 3, "error": "damaged"
    }  # fmt: skip
    assert json.loads(show(READING, json=True).out) == {"path": "a.png", **READING.to_dict()}


def test_answers_are_printed_and_where_nothing_fits_it_is_said(show):
    answered = replace(READING, answers=(Answer("42", 0.9),))
    assert show(answered, expected=Expected(2)).out == "42\n"
    told = show(replace(READING, answers=()), expected=Expected(5))
    assert told.out == "\n"
    assert told.err == "digitnet read: a.png: nothing fits; expected 5 digits, read 42\n"
    blank = show(Reading((), 5, 5, answers=()), expected=Expected(5))
    assert blank.err == "digitnet read: a.png: nothing fits; expected 5 digits, read nothing\n"
    one_of_two = replace(READING, lines=LINES[:1] * 2, answers=(Answer("42", 0.9, 1),))
    assert (
        "nothing fits; expected 2 digits, read 42\n" in show(one_of_two, expected=Expected(2)).err
    )


@pytest.mark.parametrize("flag", ["csv", "review", "show"])
def test_standard_output_that_is_taken_is_left_alone(show, flag):
    assert show(READING, **{flag: Path("-")}).out == ""


def test_where_a_number_was_expected_one_line_tells_that_none_is_there(show):
    blank = Reading((), 5, 5, answers=(), warning="no digit is seen in it")
    told = show(blank, expected=Expected(5))
    assert told.err == "digitnet read: a.png: nothing fits; expected 5 digits, read nothing\n"

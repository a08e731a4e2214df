from dataclasses import replace

from digitnet.reading import Answer, Digit, Reading, TextLine

SHARES = tuple(0.91 if digit == 7 else 0.01 for digit in range(10))


def reading() -> Reading:
    yes, no = Digit((1, 2, 3, 4), True, SHARES, 0.875), Digit((9, 2, 3, 4), False, SHARES, 0.25)
    return Reading((TextLine((yes, no, yes), frozenset({2})), TextLine((yes,))), 50, 60)


def test_text_has_lines_spaces_and_refusals():
    assert reading().text == "7? 7\n7"
    assert Reading((), 5, 5).text == ""


def test_the_dictionary_is_what_json_prints():
    shown = reading().to_dict(top=2)
    assert shown["text"] == "7? 7\n7"
    assert (shown["width"], shown["height"], shown["turned"]) == (50, 60, 0)
    assert (shown["page"], shown["pages"]) == (1, 1)
    assert "answers" not in shown
    assert "warning" not in shown
    assert shown["lines"][0]["text"] == "7? 7"
    assert shown["lines"][0]["digits"][1] == {
        "digit": 7,
        "confidence": 0.25,
        "accepted": False,
        "box": [9, 2, 3, 4],
        "top": [[7, 0.91], [0, 0.01]],
    }


def test_a_warning_is_told_where_there_is_one():
    assert Reading((), 5, 5, 90, "why").to_dict()["warning"] == "why"


def test_a_notebook_shows_a_table():
    page = reading()._repr_html_()
    assert page.count("<td") == 4
    assert page.count("<tr>") == 2
    assert "88%" in page
    assert "no digits" in Reading((), 5, 5)._repr_html_()


def test_a_programmer_sees_it_in_a_line():
    assert (
        repr(reading()) == "Reading('7? 7\\n7', 4 digits, 1 refused, least confidence 0.25, 50x60)"
    )
    assert repr(reading().lines[0]) == "TextLine('7? 7')"
    assert repr(reading().digits[1]) == "Digit(7, confidence 0.25, refused, box (9, 2, 3, 4))"
    long = Reading(reading().lines * 100, 50, 60, page=2, pages=3)
    assert len(repr(long)) < 160
    assert "page 2 of 3" in repr(long)


def test_the_likeliest_answer_and_all_of_them():
    answers = (Answer("12", 0.5, 0), Answer("34", 0.75, 1))
    found = replace(reading(), answers=answers)
    assert found.answer == answers[1]
    assert found.to_dict()["answers"] == [
        {"text": "12", "probability": 0.5, "line": 0},
        {"text": "34", "probability": 0.75, "line": 1},
    ]
    assert "answer 34" in repr(found)
    nothing = replace(reading(), answers=())
    assert nothing.answer is None
    assert nothing.to_dict()["answers"] == []

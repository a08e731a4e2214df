import contextlib
import io

import pytest

from digitnet.cli import terminal
from digitnet.training.evaluation import Evaluation

TRUE_ZEROS = (3, 0, 0, 0, 0, 0, 0, 0, 0, 1)
EVALUATION = Evaluation(loss=0.1, confusion=(TRUE_ZEROS, *[(0,) * 10] * 9))


class Screen(io.StringIO):
    def isatty(self):
        return True


def shown() -> str:
    """What a screen gets of a bold text and a warning."""
    screen = Screen()
    with contextlib.redirect_stdout(screen), contextlib.redirect_stderr(screen):
        print(terminal.bold("bold"))
        terminal.warn("warning")
    return screen.getvalue()


def test_a_screen_has_style(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    assert shown() == "\033[1mbold\033[0m\n\033[33mwarning\033[0m\n"
    monkeypatch.setenv("NO_COLOR", "")  # set, but to nothing
    assert "\033" in shown()


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_a_screen_without_style(monkeypatch, name, value):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv(name, value)
    assert shown() == "bold\nwarning\n"


def test_a_pipe_has_no_style(capsys):
    assert terminal.bold("text") == "text"
    terminal.warn("text")
    assert capsys.readouterr().err == "text\n"


def test_accuracy_with_interval_and_counts():
    assert terminal.accuracy_line(EVALUATION, "holdout") == (
        "Holdout accuracy: 75.00 %  (95 % interval 30.06 to 95.44 %, 3 of 4)"
    )


def test_digits_that_are_not_there_have_no_accuracy():
    heading, shares = terminal.digit_lines(EVALUATION).splitlines()
    assert heading.split() == ["Digit", *"0123456789"]
    assert shares.split() == ["right", "%", "75.00", *"-" * 9]
    assert len(heading) == len(shares)


def test_confusion_has_a_row_a_digit():
    heading, *rows = terminal.confusion_lines(EVALUATION.confusion).splitlines()
    assert heading.split() == ["Read", "as", *"0123456789"]
    assert rows[0].split() == ["true", "0", "3", *"." * 8, "1"]
    assert [row.split()[1] for row in rows] == list("0123456789")

import argparse

import pytest

from digitnet.cli.parser import Parser, show_first


@pytest.fixture
def parser():
    parser = Parser("digitnet test", "Try the parser.\n\n  an example\n")
    parser.add_argument("run", metavar="RUN")
    parser.add_argument("--lr", type=float, help="often changed")
    parser.add_argument("--batch-size", type=int, help="often changed too")
    group = parser.add_argument_group("machine")
    group.add_argument("--threads", type=int, help="seldom changed")
    return parser


def ended(parser, capsys, *argv):
    with pytest.raises(SystemExit) as end:
        parser.parse_args(argv)
    return end.value.code, *capsys.readouterr()


def test_a_complaint_is_one_line(parser, capsys):
    assert ended(parser, capsys, "a", "b") == (
        2, "", "digitnet test: unrecognized arguments: b (see --help)\n"
    )  # fmt: skip


def test_a_flag_is_not_shortened(parser, capsys):
    assert "unrecognized arguments: --batch" in ended(parser, capsys, "a", "--batch", "3")[2]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("--batch_size=3", "--batch-size"),
        ("--thread", "--threads"),
        ("--colour", None),
        ("--h", None),
        ("lr", None),
    ],
)
def test_a_misspelt_flag_is_told_the_nearest(parser, capsys, word, meant):
    hint = f"; did you mean {meant}?" if meant else ""
    assert ended(parser, capsys, "a", word) == (
        2, "", f"digitnet test: unrecognized arguments: {word}{hint} (see --help)\n"
    )  # fmt: skip


def test_of_several_words_the_misspelt_flag_is_told(parser, capsys):
    assert "did you mean --threads?" in ended(parser, capsys, "a", "stray", "--thread", "3")[2]


def test_all_is_shown_where_nothing_is_left_out(parser):
    parser.add_help_all()
    help = parser.format_help()
    assert "--threads" in help
    assert "--help-all" not in help
    assert "Try the parser.\n\n  an example\n" in help


def test_what_is_left_out_works_and_is_in_help_all(parser, capsys):
    show_first(parser, ["lr", "batch_size"])
    parser.add_help_all()
    status, out, err = ended(parser, capsys, "--help")
    assert (status, err) == (0, "")
    assert {"--lr", "--batch-size", "--help-all"} <= set(out.replace("]", " ").split())
    assert "--threads" not in out
    assert "machine" not in out  # nor the heading of nothing
    status, out, err = ended(parser, capsys, "--help-all")
    assert (status, err) == (0, "")
    assert "--threads THREADS" in out
    assert "seldom changed" in out
    assert parser.parse_args(["a", "--threads", "2"]).threads == 2


def test_it_is_no_wider_than_80_columns(parser, monkeypatch):
    monkeypatch.setenv("COLUMNS", "300")
    parser.add_argument("--long", help="word " * 60)
    assert max(map(len, parser.format_help().splitlines())) <= 80


def test_it_is_narrower_on_a_narrow_terminal(parser, monkeypatch):
    monkeypatch.setenv("COLUMNS", "50")
    parser.add_argument("--long", help="word " * 60)
    assert max(map(len, parser.format_help().splitlines())) <= 50
    assert isinstance(parser, argparse.ArgumentParser)

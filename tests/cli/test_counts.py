import argparse

import pytest

from digitnet.cli.counts import cores, counted, not_negative, positive, positive_seconds, seconds


@pytest.mark.parametrize(("text", "value"), [("1", 1), ("37", 37)])
def test_counts(text, value):
    assert positive(text) == value


@pytest.mark.parametrize("text", ["0", "-3"])
def test_what_counts_nothing(text):
    with pytest.raises(argparse.ArgumentTypeError, match=f"{text} is below 1, expected 1 or more"):
        positive(text)


@pytest.mark.parametrize(
    ("count", "expected"), [(1, "1 epoch"), (0, "0 epochs"), (2000, "2,000 epochs")]
)
def test_counts_agree_with_their_noun(count, expected):
    assert counted(count, "epoch") == expected


@pytest.mark.parametrize(("text", "value"), [("0", 0), ("37", 37)])
def test_counts_that_may_be_nothing(text, value):
    assert not_negative(text) == value


def test_less_than_nothing_is_no_count():
    with pytest.raises(argparse.ArgumentTypeError, match="-1 is below 0, expected 0 or more"):
        not_negative("-1")


def test_there_is_a_core_at_least():
    assert cores() >= 1


@pytest.mark.parametrize(("text", "value"), [("0", 0.0), ("2.5", 2.5), ("1e6", 1e6)])
def test_times(text, value):
    assert seconds(text) == value


@pytest.mark.parametrize("text", ["-1", "1e10", "3000000", "inf", "nan"])
def test_times_that_nobody_waits(text):
    with pytest.raises(argparse.ArgumentTypeError, match="expected 0 to 1,000,000"):
        seconds(text)


def test_what_is_no_time():
    with pytest.raises(argparse.ArgumentTypeError, match="'soon' is no number of seconds"):
        seconds("soon")
    with pytest.raises(argparse.ArgumentTypeError, match="expected more than 0 seconds"):
        positive_seconds("0")
    assert positive_seconds("0.5") == 0.5

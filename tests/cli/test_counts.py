import argparse

import pytest

from digitnet.cli.counts import counted, positive


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

import sys
from types import SimpleNamespace

import pytest

from digitnet.cli import progress
from digitnet.training.metrics import Epoch
from digitnet.training.recipes import FAST, SEED

EPOCH = Epoch(
    epoch=7,
    lr=0.001,
    train_loss=0.12345,
    train_accuracy=0.9876,
    evaluated="test",
    loss=0.05,
    accuracy=0.99,
    train_s=12.34,
    evaluate_s=0.5,
)


def test_an_epochs_figures_stand_under_their_heading():
    heading = progress.epoch_heading(SimpleNamespace(dataset=SimpleNamespace(evaluated="test")))
    line = progress.epoch_line(EPOCH)
    assert len(heading) == len(line) <= 80
    assert line.split() == ["7", "0.1235", "98.76", "%", "99.00", "%", "0.001", "12.3"]
    for word, figure in (("loss", "0.1235"), ("seconds", "12.3"), ("test acc", "99.00 %")):
        assert heading.index(word) + len(word) == line.index(figure) + len(figure)


@pytest.mark.parametrize(
    ("called", "verb", "expected"),
    [
        ("/usr/bin/digitnet", "train", "digitnet train"),
        ("train_model.py", "train", "python train_model.py"),
        ("train_model.py", "evaluate", "python -m digitnet evaluate"),
    ],
)
def test_advice_names_the_command_that_was_called(monkeypatch, called, verb, expected):
    monkeypatch.setattr(sys, "argv", [called])
    assert progress.command(verb) == expected


def test_what_was_changed_of_a_recipe_is_told():
    changed = FAST.with_changes({"schedule": "cosine", "lr": 0.01, "epochs": 9})
    assert progress.changed_from("fast", changed) == ["Changed: --lr 0.01, --schedule cosine"]
    assert progress.changed_from("seed", SEED) == []

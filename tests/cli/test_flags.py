import argparse
from dataclasses import fields

import pytest
import torch

from digitnet.cli import flags
from digitnet.errors import DeviceError
from digitnet.training.recipe import Recipe
from tests.conftest import write_idx_files


@pytest.fixture
def parser():
    parser = argparse.ArgumentParser(exit_on_error=False)
    flags.add_recipe_flags(parser)
    return parser


@pytest.mark.parametrize("field", fields(Recipe), ids=lambda field: field.name)
def test_every_field_of_a_recipe_is_a_flag_of_its_type(parser, field):
    value = type(field.default)(3)
    args = parser.parse_args([f"--{field.name.replace('_', '-')}", str(value)])
    assert flags.recipe_changes(args) == {field.name: value}


def test_what_is_not_given_is_no_change(parser):
    assert flags.recipe_changes(parser.parse_args(["--recipe", "reading"])) == {}


def test_help_gives_each_default(parser):
    text = " ".join(parser.format_help().split())
    for field in fields(Recipe):
        assert f"{field.metadata['help']} (default: {field.default})" in text


def test_a_flag_stands_in_its_fields_group(parser):
    titles = {
        action.dest: group.title
        for group in parser._action_groups
        for action in group._group_actions
    }
    assert {field.name: titles[field.name] for field in fields(Recipe)} == {
        field.name: field.metadata["group"] for field in fields(Recipe)
    }


def test_the_common_fields_are_fields():
    assert set(flags.common_fields()) <= {field.name for field in fields(Recipe)}
    assert {"epochs", "lr"} <= set(flags.common_fields())


@pytest.mark.parametrize(
    ("given", "device"), [({"device": "cpu"}, "cpu"), ({"device": None, "no_accel": True}, "cpu")]
)
def test_the_device_and_the_threads_that_are_asked_for(given, device):
    args = argparse.Namespace(**{"no_accel": False, "threads": 2} | given)
    assert str(flags.chosen_device(args)) == device
    assert torch.get_num_threads() == 2


def test_a_training_goes_on_where_it_was_unless_told_otherwise(monkeypatch):
    monkeypatch.setattr(
        "digitnet.training.device.choose_device", lambda name: choose(name) if name else "first"
    )

    def choose(name):
        if name == "cuda:3":
            raise DeviceError("not here")
        return name

    def chosen(before, **given):
        args = argparse.Namespace(**{"device": None, "no_accel": False, "threads": None} | given)
        return flags.chosen_device(args, before)

    assert chosen("cuda:0") == "cuda:0"
    assert chosen("cuda:3") == "first"
    assert chosen("cuda:0", device="cuda:1") == "cuda:1"
    assert chosen("cuda:0", no_accel=True) == "cpu"


# Requests that cannot be carried out


@pytest.mark.slow
@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["--epochs", 0], "epochs is 0, expected at least 1"),
        (["--epochs", "1e3"], "argument --epochs: invalid int value: '1e3' (see --help)"),
        (["--epoch", 1], "unrecognized arguments: --epoch 1"),
        (["--batch-size", 0], "batch_size is 0, expected at least 1"),
        (["--batch-size", 61], "batch_size is 61, expected at most the 60 training images"),
        (["--lr", -0.1], "lr is -0.1, expected a positive number"),
        (["--lr", "nan"], "lr is nan, expected a positive number"),
        (["--lr", "fast"], "argument --lr: invalid float value: 'fast'"),
        (["--dropout", 1], "dropout is 1.0, expected at least 0 and below 1"),
        (["--seed", -1], "seed is -1, expected from 0"),
        (["--holdout", 60], "holdout is 60, expected fewer than the 60 training images"),
        (["--recipe", "worst"], "argument --recipe: invalid choice: 'worst'"),
        (["--device", "gpu"], "unknown device 'gpu', expected one of this machine's: cpu"),
        (["--device", "meta"], "device 'meta' is not available, expected one of"),
        (["--precision", "fp8"], "argument --precision: invalid choice: 'fp8'"),
        (["--dry-run", "--save-model"], "--dry-run saves nothing; leave out --save-model"),
        (["--threads", 0], "argument --threads: 0 is below 1, expected 1 or more"),
        (["--test-batch-size", 0], "argument --test-batch-size: 0 is below 1"),
        (["--log-interval", "x"], "argument --log-interval: 'x' is no whole number"),
        (["--target-accuracy", 0.99], "argument --target-accuracy: 0.99 is no percentage"),
        (["--target-accuracy", 101], "argument --target-accuracy: 101 is no percentage"),
        (["--target-accuracy", "nan"], "argument --target-accuracy: nan is no percentage"),
        (["--resume", "none"], "no run folder none"),
        (["--resume", "empty"], "empty is no run folder: it has neither checkpoint.pt nor"),
        (["--resume", "empty", "--lr", 1], "--lr cannot be changed by --resume; leave it out"),
        (["--resume", "empty", "--recipe", "seed"], "--recipe cannot be changed by --resume"),
        (["--resume", "empty", "--dry-run"], "--dry-run and --resume exclude each other"),
        (["--data", "empty"], "empty lacks train-images-idx3-ubyte, train-labels-idx1-ubyte"),
        (["--data", "none"], "no folder none; --data and DIGITNET_DATA expect one"),
        (["--data", "other"], "is not MNIST's; to go on all the same: --allow-other-data"),
        (
            ["--batch-size", 9, "--runs", "file/runs"],
            "cannot create a run folder in file/runs: Not a directory",
        ),
        (["--save-model", "file"], "file exists; name another file, or --force to write over it"),
        (["--save-model", "none/x.pt"], "no folder none for x.pt; create it first"),
    ],
    ids=lambda value: " ".join(map(str, value)) if isinstance(value, list) else "",
)
def test_a_bad_request_is_one_line_and_status_2(small, here, argv, message):
    (here / "empty").mkdir()
    (here / "file").touch()
    write_idx_files(here / "other", seed=9)
    outcome = small(*argv)
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err.startswith("digitnet train: ")
    assert message in outcome.err
    assert outcome.err.count("\n") == 1
    assert not (here / "runs").exists()

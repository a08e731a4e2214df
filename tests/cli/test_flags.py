import argparse
from dataclasses import fields

import pytest
import torch

from digitnet.cli import flags
from digitnet.training.recipe import Recipe


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

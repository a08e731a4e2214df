import argparse
from dataclasses import fields

import pytest

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

"""Flags that several verbs share, and flags made from a recipe's fields."""

import argparse
from dataclasses import fields
from typing import Any

import torch

from digitnet.cli.counts import positive
from digitnet.training.device import PRECISIONS, choose_device
from digitnet.training.recipe import Recipe
from digitnet.training.recipes import RECIPES


def add_recipe_flags(parser: argparse.ArgumentParser) -> None:
    """--recipe, and one flag a field of the recipe, which changes that field."""
    group = parser.add_argument_group("recipe")
    group.add_argument(
        "--recipe", choices=list(RECIPES), help="named set of hyperparameters (default: seed)"
    )
    for field in fields(Recipe):
        group.add_argument(
            f"--{field.name.replace('_', '-')}",
            type=type(field.default),
            metavar="N" if isinstance(field.default, int) else "X",
            help=f"{field.metadata['help']} (default: {field.default})",
        )


def recipe_changes(args: argparse.Namespace) -> dict[str, Any]:
    """The recipe's fields that were given as flags."""
    given = {field.name: getattr(args, field.name) for field in fields(Recipe)}
    return {name: value for name, value in given.items() if value is not None}


def add_machine_flags(parser: argparse.ArgumentParser, *, precision: bool = True) -> None:
    """Where and how to compute; none of these is part of a recipe."""
    group = parser.add_argument_group("machine")
    group.add_argument("--device", metavar="NAME", help="cpu, cuda, mps or xpu (default: the best)")
    group.add_argument("--no-accel", action="store_true", help="use the CPU; same as --device cpu")
    group.add_argument(
        "--threads", type=positive, metavar="N", help="CPU threads (default: one a core)"
    )
    if not precision:
        return
    group.add_argument(
        "--precision",
        choices=PRECISIONS,
        default="auto",
        help="auto: bf16 where the processor has instructions for it, else fp32 (default: auto)",
    )


def add_data_flags(parser: argparse.ArgumentParser) -> None:
    """Where MNIST is."""
    group = parser.add_argument_group("data")
    group.add_argument(
        "--data",
        metavar="DIR",
        help="folder with the four MNIST files, packed or not; 'full': anywhere but the embedded "
        "sample; 'sample': only that (default: DIGITNET_DATA, the cache, the mirrors, the sample)",
    )
    group.add_argument(
        "--allow-other-data", action="store_true", help="go on with files that are not MNIST's"
    )


def chosen_device(args: argparse.Namespace) -> torch.device:
    """The device that the flags ask for; sets the number of threads."""
    set_threads(args)
    return choose_device("cpu" if args.no_accel else args.device)


def set_threads(args: argparse.Namespace) -> None:
    """As many threads as --threads says."""
    if args.threads is not None:
        torch.set_num_threads(args.threads)

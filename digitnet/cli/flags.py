"""Flags that several verbs share, and flags made from a recipe's fields."""

import argparse
import contextlib
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from digitnet.cli.counts import positive
from digitnet.errors import DeviceError
from digitnet.training.recipe import Recipe
from digitnet.training.recipes import RECIPES

if TYPE_CHECKING:
    import torch


def add_recipe_flags(parser: argparse.ArgumentParser) -> None:
    """--recipe, and one flag a field of the recipe, which changes that field.

    A field's metadata names the group that its flag stands in.
    """
    groups = {"training": parser.add_argument_group("training")}
    groups["training"].add_argument(
        "--recipe",
        choices=list(RECIPES),
        metavar="NAME",
        help=f"hyperparameters to begin with: {', '.join(RECIPES)} (default: seed)",
    )
    for field in fields(Recipe):
        title = field.metadata["group"]
        if title not in groups:
            groups[title] = parser.add_argument_group(title)
        groups[title].add_argument(
            f"--{field.name.replace('_', '-')}",
            type=type(field.default),
            metavar={int: "N", float: "X", str: "NAME"}[type(field.default)],
            help=f"{field.metadata['help']} (default: {field.default})",
        )


def common_fields() -> list[str]:
    """The recipe's fields that people change most."""
    return [field.name for field in fields(Recipe) if field.metadata["common"]]


def recipe_changes(args: argparse.Namespace) -> dict[str, Any]:
    """The recipe's fields that were given as flags."""
    given = {field.name: getattr(args, field.name) for field in fields(Recipe)}
    return {name: value for name, value in given.items() if value is not None}


def add_machine_flags(parser: argparse.ArgumentParser, *, precision: bool = True) -> None:
    """Where and how to compute; none of these is part of a recipe."""
    group = parser.add_argument_group("machine")
    group.add_argument("--device", metavar="NAME", help="cpu, cuda, mps or xpu (default: the best)")
    group.add_argument("--no-accel", action="store_true", help="the same as --device cpu")
    add_threads_flag(group)
    if not precision:
        return
    group.add_argument(
        "--precision",
        choices=["auto", "fp32", "bf16"],
        default="auto",
        help="auto: bf16 where the processor has instructions for it, else fp32",
    )


def add_threads_flag(parser: argparse.ArgumentParser | argparse._ArgumentGroup) -> None:
    """--threads, for `set_threads`."""
    parser.add_argument(
        "--threads", type=positive, metavar="N", help="CPU threads (default: one a core)"
    )


def add_data_flags(parser: argparse.ArgumentParser) -> None:
    """Where MNIST is."""
    group = parser.add_argument_group("data")
    group.add_argument(
        "--data",
        metavar="DIR",
        help="folder with the four MNIST files; sample: 5,000 images, for a try; full: all of "
        "MNIST or nothing (default: DIGITNET_DATA, the cache, the mirrors, the sample)",
    )
    group.add_argument(
        "--allow-other-data", action="store_true", help="go on with files that are not MNIST's"
    )


def chosen_device(args: argparse.Namespace, before: str | None = None) -> "torch.device":
    """The device that the flags ask for; sets the number of threads.

    before: the one that a training goes on on where they ask for none, if it is there.
    """
    from digitnet.training.device import choose_device

    set_threads(args)
    name = "cpu" if args.no_accel else args.device
    if name is None and before is not None:
        with contextlib.suppress(DeviceError):
            return choose_device(before)
    return choose_device(name)


def set_threads(args: argparse.Namespace) -> None:
    """As many threads as --threads says."""
    if args.threads is not None:
        import torch

        torch.set_num_threads(args.threads)

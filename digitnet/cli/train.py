"""Train the network on MNIST and save it in a folder of its own.

  digitnet train                     the described recipe, 20 epochs
  digitnet train --recipe fast       99 % in the shortest time
  digitnet train --resume RUN        go on after a stop, or to more --epochs

Ctrl-C saves too; --resume goes on from there, bit for bit.
"""

import argparse
from pathlib import Path

from digitnet.cli import flags
from digitnet.cli.counts import positive
from digitnet.cli.outputs import add_force_flag, check_outputs
from digitnet.cli.parser import show_first
from digitnet.errors import RunError

# What --help shows, besides the recipe's common fields; --help-all has the rest.
_COMMON = ("recipe", "data", "device", "runs", "resume", "dry_run")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    flags.add_recipe_flags(parser)
    flags.add_data_flags(parser)
    flags.add_machine_flags(parser)
    group = parser.add_argument_group("run")
    group.add_argument(
        "--runs",
        type=Path,
        default=Path("runs"),
        metavar="DIR",
        help="where run folders are made (default: runs)",
    )
    group.add_argument(
        "--resume",
        type=Path,
        metavar="RUN",
        help="go on with a stopped run, or with a finished one to more --epochs",
    )
    group.add_argument(
        "--save-model",
        type=Path,
        nargs="?",
        const=Path("digitnet.pt"),
        metavar="FILE",
        help="also write the final weights to FILE (default: digitnet.pt)",
    )
    group.add_argument(
        "--target-accuracy",
        type=percentage,
        metavar="PERCENT",
        help="exit with status 1 if the final accuracy is below, e.g. 99.2",
    )
    group.add_argument(
        "--dry-run", action="store_true", help="one batch of training, one of testing, no files"
    )
    group.add_argument(
        "--test-batch-size",
        type=positive,
        default=100,
        metavar="N",
        help="images at once in evaluation (default: 100)",
    )
    group.add_argument(
        "--log-interval",
        type=positive,
        default=10,
        metavar="N",
        help="steps between two looks at the loss, for the bar and for divergence (default: 10)",
    )
    group.add_argument("--no-report", action="store_true", help="write no report at the end")
    group.add_argument(
        "--tensorboard", action="store_true", help="also write event files for TensorBoard"
    )
    group.add_argument("--quiet", action="store_true", help="print only the final accuracy")
    add_force_flag(group)
    show_first(parser, [*_COMMON, *flags.common_fields()])


def percentage(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 1 < value <= 100:
        raise argparse.ArgumentTypeError(f"{text} is no percentage, expected e.g. 99.2")
    return value


def run(args: argparse.Namespace) -> int:
    if args.save_model and args.dry_run:
        raise RunError("--dry-run saves nothing; leave out --save-model")
    check_outputs([args.save_model], force=args.force)
    from digitnet.cli.training import carried_out  # here: help needs no PyTorch

    return carried_out(args)

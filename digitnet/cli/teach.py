"""Teach the network your own hand, from a few pictures of each digit.

  digitnet teach FOLDER
  digitnet read --weights taught.onnx PICTURE

FOLDER holds pictures of one digit each, in folders named 0 to 9 or with names
that begin with the digit: 7/a.png, 7_a.png, 7-a.png. A fifth of them is kept
back to measure what it brought. The shipped weights stay as they are.
"""

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

from digitnet.cli import flags, terminal
from digitnet.cli.counts import counted
from digitnet.cli.outputs import add_force_flag, check_outputs
from digitnet.errors import OutputError

if TYPE_CHECKING:
    from torch import Tensor

    from digitnet.training.model import DigitNet

_HOLDOUT = 5000  # as the recipe "reading" keeps aside
_OTHERS = 4000
_MOST_LOST = 0.001  # of MNIST's images held out


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="your pictures, labelled")
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("taught.onnx"),
        metavar="FILE",
        help="what to write (default: taught.onnx)",
    )
    add_force_flag(parser)
    parser.add_argument(
        "--allow-loss",
        action="store_true",
        help="save also where MNIST's held-out images lose more than 0.1 points",
    )
    flags.add_data_flags(parser)


def run(args: argparse.Namespace) -> int:
    import torch

    from digitnet.cli.labelled import kept_back, read_folder
    from digitnet.reading.network import SHIPPED_WEIGHTS
    from digitnet.training.calibrate import fit_temperature, fit_threshold
    from digitnet.training.evaluation import all_logits
    from digitnet.training.export import export_onnx
    from digitnet.training.mnist import load_mnist
    from digitnet.training.model import normalise
    from digitnet.training.non_digits import make_non_digits
    from digitnet.training.teach import from_onnx, teach

    check_outputs([args.out, args.out.with_suffix(".inside.onnx")], force=args.force)
    terminal.stage(f"Reading the pictures in {args.folder}")
    images, labels = read_folder(args.folder)
    back = kept_back(labels)
    whole = load_mnist(args.data, allow_other_data=args.allow_other_data, warn=terminal.warn)
    mnist = whole.with_holdout(min(_HOLDOUT, len(whole.train_images) // 5), 0)
    terminal.stage(f"Making {_OTHERS:,} pictures of no digit")
    drawn = make_non_digits(
        _OTHERS, mnist.train_images[:, 0].numpy(), mnist.train_labels.numpy(), seed=1
    )
    print(
        f"{counted(len(labels), 'picture')} of {counted(len(set(labels.tolist())), 'digit')}, "
        f"{int(back.sum())} of them kept back to measure"
    )
    model = from_onnx(SHIPPED_WEIGHTS.read_bytes())
    sets = {
        "your digits, kept back": (images[back], labels[back]),
        "MNIST, held out": (mnist.eval_images, mnist.eval_labels),
        "MNIST test set": (whole.eval_images, whole.eval_labels),
    }
    terminal.stage("Measuring the network as it is")
    before = {name: right(model, *part) for name, part in sets.items()}
    terminal.stage("Training it further")
    started = time.perf_counter()
    teach(model, (images[~back], labels[~back]), mnist, torch.from_numpy(drawn)[:, None])
    print(f"Taught in {time.perf_counter() - started:.0f} s")
    terminal.stage("Measuring it again")
    after = {name: right(model, *part) for name, part in sets.items()}
    print(f"{'':24}{'before':>10}{'after':>10}")
    for name in sets:
        shares = terminal.percent(before[name]), terminal.percent(after[name])
        print(f"{name:24}{shares[0]:>10}{shares[1]:>10}")
    # Whether to save is decided on images that are not the test set.
    lost = before["MNIST, held out"] - after["MNIST, held out"]
    if lost > _MOST_LOST and not args.allow_loss:
        raise OutputError(
            f"not saved: MNIST loses {100 * lost:.2f} points, more than 0.1; "
            "check the labels, add pictures, or save it all the same with --allow-loss"
        )
    terminal.stage(f"Writing {args.out}")
    logits = all_logits(model, mnist.eval_images)
    described = {
        "temperature": fit_temperature(logits[:, :10], mnist.eval_labels),
        "accept": fit_threshold(logits),
        "recipe": "teach",
        "data": whole.fingerprint,
        "licence": "MIT; trained on MNIST (CC BY-SA 3.0) and on your pictures",
    }
    with torch.inference_mode():
        export_onnx(args.out, model, described, normalise(whole.eval_images[:500].float() / 255))
    print(f"Written: {args.out}\nNext: digitnet read --weights {args.out} PICTURE")
    return 0


def right(model: "DigitNet", images: "Tensor", labels: "Tensor") -> float:
    """Share of digits read rightly; of "none", those that are likelier none than any digit."""
    import torch

    from digitnet.training.evaluation import all_logits

    logits = all_logits(model, images)
    guesses = torch.where(labels == 10, logits.argmax(1), logits[:, :10].argmax(1))
    return float((guesses == labels).float().mean())

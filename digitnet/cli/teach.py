"""Teach the network your own hand, from a few pictures of each digit.

FOLDER holds pictures of one digit each, in folders named 0 to 9 or with names that begin
with the digit: 7/a.png, 7_a.png, 7-a.png. A fifth of them is kept back to measure what it
brought. The shipped weights stay as they are; new ones are written beside.
"""

import argparse
import re
import time
from collections import Counter
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from digitnet.cli import flags, terminal
from digitnet.cli.counts import counted
from digitnet.errors import DataError, OutputError, PictureError
from digitnet.reading import Reader
from digitnet.reading.network import SHIPPED_WEIGHTS
from digitnet.reading.picture import SUFFIXES
from digitnet.training.calibrate import fit_temperature, fit_threshold
from digitnet.training.data import load_mnist
from digitnet.training.evaluate import all_logits
from digitnet.training.export import export_onnx
from digitnet.training.model import DigitNet, normalise
from digitnet.training.non_digits import make_non_digits
from digitnet.training.teach import from_onnx, teach

_HOLDOUT = 5000  # as the recipe "reading" keeps aside
_OTHERS = 4000
_MOST_LOST = 0.001  # of MNIST's images held out
_KEPT_BACK = 5  # one in so many


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="your pictures, labelled")
    parser.add_argument(
        "--out", type=Path, default=Path("taught.onnx"), metavar="FILE", help="what to write"
    )
    parser.add_argument("--force", action="store_true", help="write over a file that exists")
    parser.add_argument(
        "--allow-loss",
        action="store_true",
        help="save also where MNIST's held-out images lose more than 0.1 points",
    )
    flags.add_data_flags(parser)


def run(args: argparse.Namespace) -> int:
    if args.out.exists() and not args.force:
        raise OutputError(f"{args.out} exists; name another file, or --force to write over it")
    if not args.out.parent.is_dir():
        raise OutputError(f"no folder {args.out.parent} for --out; create it first")
    images, labels = read_folder(args.folder)
    back = kept_back(labels)
    whole = load_mnist(args.data, allow_other_data=args.allow_other_data, warn=terminal.warn)
    mnist = whole.with_holdout(min(_HOLDOUT, len(whole.train_images) // 5), 0)
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
        "MNIST, held out": (mnist.test_images, mnist.test_labels),
        "MNIST test set": (whole.test_images, whole.test_labels),
    }
    before = {name: right(model, *part) for name, part in sets.items()}
    started = time.perf_counter()
    teach(model, (images[~back], labels[~back]), mnist, torch.from_numpy(drawn)[:, None])
    print(f"Taught in {time.perf_counter() - started:.0f} s")
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
    logits = all_logits(model, mnist.test_images)
    described = {
        "temperature": fit_temperature(logits[:, :10], mnist.test_labels),
        "accept": fit_threshold(logits),
        "recipe": "teach",
        "data": whole.fingerprint,
        "licence": "MIT; trained on MNIST (CC BY-SA 3.0) and on your pictures",
    }
    with torch.inference_mode():
        export_onnx(args.out, model, described, normalise(whole.test_images[:500].float() / 255))
    print(f"Written: {args.out}\nNext: digitnet read --weights {args.out} PICTURE")
    return 0


def read_folder(folder: Path) -> tuple[Tensor, Tensor]:
    """The pictures as the network sees them, uint8 [N, 1, 28, 28], and their labels, int64 [N].

    Raises:
        DataError: no pictures, one without a label or that cannot be read, or a digit of which
            there are fewer than two.
    """
    if not folder.is_dir():
        raise DataError(f"no folder {folder}; it should hold your pictures")
    paths = [p for p in sorted(folder.rglob("*")) if p.suffix.lower() in SUFFIXES and p.is_file()]
    if not paths:
        raise DataError(f"{folder} holds no pictures; put some of each digit there, as 7_a.png")
    labels = [label_of(path) for path in paths]
    few = [str(d) for d, n in sorted(Counter(labels).items()) if n < 2 and d < 10]
    if few:
        raise DataError(
            f"{folder} holds only one picture of {', '.join(few)}; at least 2 a digit are "
            "needed, one to learn from and one to measure with"
        )
    reader = Reader(threads=1)
    images = []
    for path in paths:
        try:
            found = reader.inspect(str(path), one=True).images
        except PictureError as error:
            raise DataError(f"{path}: {error}") from error
        if len(found) == 0:
            raise DataError(f"{path}: nothing is written there; take it away or draw it anew")
        images.append(found[0])
    return torch.from_numpy(np.stack(images))[:, None], torch.tensor(labels)


def label_of(path: Path) -> int:
    """The digit that the picture's folder or its name tells, 10 for "none".

    Raises:
        DataError: neither tells.
    """
    folder = re.fullmatch(r"\d|none", path.parent.name)
    # In a folder of a digit, other numbers in a name count nothing: 7/1.png is a seven.
    for name in (path.parent.name,) if folder else (path.stem,):
        match = re.match(r"(\d|none)(?![0-9a-zA-Z])", name)
        if match:
            return 10 if match[1] == "none" else int(match[1])
    raise DataError(
        f"{path}: its name does not tell the digit; call it 7_a.png, or put it in a folder 7"
    )


def kept_back(labels: Tensor) -> Tensor:
    """Which pictures are not learned from: one in five of each digit, at least one. bool [N]."""
    back = torch.zeros(len(labels), dtype=torch.bool)
    for label in set(labels.tolist()):
        mine = (labels == label).nonzero()[:, 0]
        back[mine[_KEPT_BACK - 1 :: _KEPT_BACK] if len(mine) >= _KEPT_BACK else mine[-1:]] = True
    return back


def right(model: DigitNet, images: Tensor, labels: Tensor) -> float:
    """Share of digits read rightly; of "none", those that are likelier none than any digit."""
    logits = all_logits(model, images)
    guesses = torch.where(labels == 10, logits.argmax(1), logits[:, :10].argmax(1))
    return float((guesses == labels).float().mean())

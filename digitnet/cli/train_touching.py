"""Train the network that reads digits which touch, and write it for 'digitnet read'.

Strips of touching digits are made from MNIST's training set; 5,000 of its images are kept
aside for the strips that the result is measured on.
"""

import argparse
from pathlib import Path

import numpy as np
import torch

from digitnet.cli import flags, terminal
from digitnet.cli.counts import positive
from digitnet.errors import OutputError
from digitnet.training.device import choose_precision
from digitnet.training.export import export_touching
from digitnet.training.mnist import load_mnist
from digitnet.training.non_digits import make_signs
from digitnet.training.recipes import RECIPES
from digitnet.training.strips import make_strips
from digitnet.training.touching import StripNet, train_touching

# What `digitnet train --recipe reading` keeps aside: neither network knows those images.
_HOLDOUT, _HOLDOUT_SEED = RECIPES["reading"].holdout, RECIPES["reading"].seed
_SIGNS = 5000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    flags.add_data_flags(parser)
    group = parser.add_argument_group("training")
    group.add_argument(
        "--out", type=Path, default=Path("touching.onnx"), metavar="FILE", help="what to write"
    )
    group.add_argument("--force", action="store_true", help="write over a file that exists")
    group.add_argument("--epochs", type=positive, default=8, metavar="N", help="default: 8")
    group.add_argument(
        "--strips", type=positive, default=240_000, metavar="N", help="default: 240000"
    )
    group.add_argument("--seed", type=positive, default=1, metavar="N", help="default: 1")
    group.add_argument(
        "--threads", type=positive, metavar="N", help="CPU threads (default: one a core)"
    )


def run(args: argparse.Namespace) -> int:
    if args.out.exists() and not args.force:
        raise OutputError(f"{args.out} exists; name another file, or --force to write over it")
    if not args.out.parent.is_dir() or args.out.is_dir():
        raise OutputError(f"--out is {args.out}, expected a file in a folder that exists")
    flags.set_threads(args)
    dataset = load_mnist(args.data, allow_other_data=args.allow_other_data, warn=terminal.warn)
    dataset = dataset.with_holdout(min(_HOLDOUT, len(dataset.train_images) // 5), _HOLDOUT_SEED)
    print(f"Making {args.strips:,} strips of touching digits", flush=True)
    trained_on = strips_of(dataset.train_images, dataset.train_labels, args.strips, args.seed)
    held_back = strips_of(dataset.eval_images, dataset.eval_labels, 4000, args.seed + 1)
    torch.manual_seed(args.seed)
    model = StripNet().to(memory_format=torch.channels_last)
    precision = choose_precision("auto", torch.device("cpu"))
    print("epoch    loss  strips right")
    epochs = train_touching(
        model, trained_on, held_back, epochs=args.epochs, seed=args.seed, precision=precision
    )
    for epoch in epochs:
        line = f"{epoch.epoch:5}{epoch.loss:8.4f}{terminal.percent(epoch.accuracy):>14}"
        print(line, flush=True)
    described = {"accuracy": epoch.accuracy, "data": dataset.fingerprint}
    difference = export_touching(args.out, model, described, held_back[0][:200])
    print(f"{args.out}: {args.out.stat().st_size / 1000:.0f} kB")
    print(f"Largest difference of a probability to PyTorch: {difference:.1e}")
    return 0


def strips_of(
    images: torch.Tensor, labels: torch.Tensor, count: int, seed: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Strips and answers as tensors: uint8 [N, 1, 28, W], int64 [N, 4]."""
    digits: np.ndarray = images[:, 0].numpy()
    strips, answers = make_strips(count, digits, labels.numpy(), make_signs(_SIGNS, seed), seed)
    return torch.from_numpy(strips)[:, None], torch.from_numpy(answers)

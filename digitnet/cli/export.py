"""Write a trained network as the ONNX file that `digitnet read` uses.

Temperature and threshold of refusal are fitted on the run's holdout and kept in the
file. The network must have been trained with --holdout and --non-digits, as the recipe
"reading" is.
"""

import argparse
from pathlib import Path

import torch

from digitnet.cli import flags, terminal
from digitnet.errors import OutputError, RunError
from digitnet.training.calibrate import fit_temperature, fit_threshold
from digitnet.training.checkpoint import load_weights, read_metadata
from digitnet.training.data import load_mnist
from digitnet.training.evaluate import all_logits
from digitnet.training.export import export_onnx
from digitnet.training.model import normalise
from digitnet.training.recipe import Recipe
from digitnet.training.run import Run


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", type=Path, metavar="RUN", help="run folder")
    parser.add_argument(
        "--out", type=Path, default=Path("digitnet.onnx"), metavar="FILE", help="what to write"
    )
    parser.add_argument("--force", action="store_true", help="write over a file that exists")
    flags.add_data_flags(parser)


def run(args: argparse.Namespace) -> int:
    if args.out.exists() and not args.force:
        raise OutputError(f"{args.out} exists; name another file, or --force to write over it")
    weights = Run.open(args.run).weights
    model = load_weights(weights)
    metadata = read_metadata(weights)
    recipe = Recipe.from_dict(metadata["recipe"])
    if recipe.classes != 11 or not recipe.holdout:
        raise RunError(
            f"{args.run} was trained without non-digits or without a holdout, which a reader "
            "needs; train it with --recipe reading"
        )
    dataset = load_mnist(args.data, allow_other_data=args.allow_other_data, warn=terminal.warn)
    holdout = dataset.with_holdout(recipe.holdout, recipe.seed)
    logits = all_logits(model, holdout.test_images)
    fitted = {
        "temperature": fit_temperature(logits[:, :10], holdout.test_labels),
        "accept": fit_threshold(logits),
    }
    described = fitted | {
        "recipe": metadata["recipe_name"],
        "data": dataset.fingerprint,
        "licence": "MIT; trained on MNIST (CC BY-SA 3.0)",
    }
    images = normalise(dataset.test_images[:1000].float() / 255)
    with torch.inference_mode():
        difference = export_onnx(args.out, model, described, images)
    print(f"{args.out}: {args.out.stat().st_size / 1000:.0f} kB")
    print(f"Largest difference of a probability to PyTorch: {difference:.1e}")
    print(
        f"Temperature {fitted['temperature']:.3f}, threshold {fitted['accept']:.3f}, "
        f"from {len(logits):,} images held out"
    )
    print(f"Next: digitnet read --weights {args.out} PICTURE")
    return 0

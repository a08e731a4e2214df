"""The images that trained networks are measured on."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from digitnet.cli import terminal
from digitnet.training.data.dataset import Dataset
from digitnet.training.data.mnist import load_mnist
from digitnet.training.data.sample import SAMPLE_SHA256
from digitnet.training.recipe import Recipe
from digitnet.training.weights import read_metadata


def load_evaluation_data(args: argparse.Namespace, weights: Sequence[Path]) -> Dataset:
    """What --data names, else all of MNIST: the sample only for what was trained on it.

    weights: the networks' files, which say what they were trained on.

    Raises:
        DataError: it is not there, or not MNIST.
        RunError: a file of weights is damaged.
    """
    trained_on = {_trained_on(path) for path in weights}
    where = args.data or (None if SAMPLE_SHA256 in trained_on else "full")
    dataset = load_mnist(where, allow_other_data=args.allow_other_data, warn=terminal.warn)
    if dataset.fingerprint == SAMPLE_SHA256 and trained_on != {SAMPLE_SHA256}:
        terminal.warn("The sample is of MNIST's training images: networks may have seen them.")
    return dataset


def kept_aside(
    dataset: Dataset, recipes: Sequence[Recipe], weights: Sequence[Path]
) -> Dataset | None:
    """The images that every training kept aside, to choose between its results.

    None where one kept none, or they did not keep the same.
    """
    trained_on = {_trained_on(path) for path in weights}
    kept = {(recipe.holdout, recipe.seed) for recipe in recipes}
    if len(kept) > 1 or not recipes[0].holdout or trained_on != {dataset.fingerprint}:
        return None
    return dataset.with_holdout(recipes[0].holdout, recipes[0].seed)


def _trained_on(weights: Path) -> str | None:
    """The fingerprint of the data; .safetensors do not say."""
    if weights.suffix == ".safetensors":
        return None
    return read_metadata(weights).get("fingerprint")

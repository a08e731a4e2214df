"""Measure a trained network on every image of the MNIST test set."""

import argparse
import json
from pathlib import Path

from digitnet.cli import flags, terminal
from digitnet.training.checkpoint import load_weights
from digitnet.training.data import load_mnist
from digitnet.training.evaluate import evaluate
from digitnet.training.run import Run


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "model",
        type=Path,
        nargs="?",
        metavar="RUN_OR_WEIGHTS",
        help="run folder or weights file (default: the newest run in ./runs)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    flags.add_data_flags(parser)
    flags.add_machine_flags(parser, precision=False)


def run(args: argparse.Namespace) -> int:
    path = args.model or Run.newest(Path("runs")).path
    weights = Run.open(path).weights if path.is_dir() else path
    device = flags.chosen_device(args)
    model = load_weights(weights).to(device)
    dataset = load_mnist(args.data, allow_other_data=args.allow_other_data, warn=terminal.warn)
    dataset = dataset.to(device)
    evaluation = evaluate(model, dataset.test_images, dataset.test_labels)
    if dataset.notice:
        terminal.warn(dataset.notice)
    if args.json:
        described = {"weights": str(weights), "data": dataset.source, "notice": dataset.notice}
        print(json.dumps(described | evaluation.to_dict()))
        return 0
    print(f"{weights} on {dataset.source}")
    print(terminal.accuracy_line(evaluation, "test"))
    print(f"Mean loss: {evaluation.loss:.4f}")
    print(terminal.digit_lines(evaluation))
    print()
    print(terminal.confusion_lines(evaluation.confusion))
    return 0

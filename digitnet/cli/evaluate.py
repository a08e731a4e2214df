"""Measure a trained network on every image of the MNIST test set."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from digitnet.cli import flags, terminal

if TYPE_CHECKING:
    from digitnet.training.data.dataset import Dataset
    from digitnet.training.model import DigitNet


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "model",
        type=Path,
        nargs="?",
        metavar="RUN_OR_WEIGHTS",
        help="run folder or weights file (default: the newest run in ./runs)",
    )
    parser.add_argument(
        "--robustness", action="store_true", help="also on fifteen kinds of corrupted digits"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    flags.add_data_flags(parser)
    flags.add_machine_flags(parser, precision=False)


def run(args: argparse.Namespace) -> int:
    from digitnet.cli.evaluation_data import load_evaluation_data
    from digitnet.training.evaluation import evaluate
    from digitnet.training.run import Run
    from digitnet.training.weights import load_weights

    path = args.model or Run.newest(Path("runs")).path
    weights = Run.open(path).finished_weights if path.is_dir() else path
    device = flags.chosen_device(args)
    model = load_weights(weights).to(device)
    dataset = load_evaluation_data(args, [weights]).to(device)
    evaluation = evaluate(model, dataset.eval_images, dataset.eval_labels)
    if dataset.notice:
        terminal.warn(dataset.notice)
    if args.json:
        described = {"weights": str(weights), "data": dataset.source, "notice": dataset.notice}
        found = {"robustness": robustness_shares(model, dataset)} if args.robustness else {}
        print(json.dumps(described | evaluation.to_dict() | found))
        return 0
    print(f"{weights} on {dataset.source}")
    print(terminal.accuracy_line(evaluation, "test"))
    print(f"Mean loss: {evaluation.loss:.4f}")
    print(terminal.digit_lines(evaluation))
    print()
    print(terminal.confusion_lines(evaluation.confusion))
    print(terminal.confused_lines(evaluation.confusion))
    if args.robustness:
        print("\nCorrupted digits, right %")
        for kind, share in robustness_shares(model, dataset).items():
            print(f"{kind:14}{100 * share:7.2f}", flush=True)
    return 0


def robustness_shares(model: "DigitNet", dataset: "Dataset") -> dict[str, float]:
    """Accuracy on each corruption of the whole test set, and their mean, in [0, 1]."""
    from digitnet.report.robustness import mean_accuracy, robustness  # needs OpenCV

    found = list(robustness(model, dataset))
    return {r.kind: r.evaluation.accuracy for r in found} | {"mean": mean_accuracy(found)}

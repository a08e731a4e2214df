"""Compare trained networks: accuracy, and whether a difference may be chance.

The first run is compared with each other one on the same images, by McNemar's
exact test.
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from digitnet.cli import flags, terminal
from digitnet.cli.outputs import add_force_flag, check_outputs
from digitnet.errors import RunError
from digitnet.files import write_atomically

if TYPE_CHECKING:
    from digitnet.report.findings import Findings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("runs", type=Path, nargs="+", metavar="RUN", help="two or more run folders")
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="also draw their curves over each other, as PNG"
    )
    add_force_flag(parser)
    flags.add_data_flags(parser)


def run(args: argparse.Namespace) -> int:
    from digitnet.report.figures import curves
    from digitnet.report.findings import find
    from digitnet.training.data.mnist import load_mnist
    from digitnet.training.run import Run
    from digitnet.training.weights import load_weights

    if len(args.runs) < 2:
        raise RunError(f"there is only {args.runs[0]} to compare; name two runs or more")
    check_outputs([args.out], force=args.force)
    folders = [Run.open(path) for path in args.runs]
    names = [folder.path.name for folder in folders]
    if len(set(names)) < len(names):
        names = [str(path) for path in args.runs]
    metrics = {name: folder.read_metrics() for name, folder in zip(names, folders, strict=True)}
    dataset = load_mnist(args.data, allow_other_data=args.allow_other_data, warn=terminal.warn)
    # On the test set, whatever each was scored on while it was trained.
    found = [find(load_weights(folder.finished_weights), dataset) for folder in folders]
    width = max(map(len, names))
    print(f"{'run':{width}}  accuracy  95 % interval    train s  better / worse   p")
    for name, findings in zip(names, found, strict=True):
        rows = metrics[name]
        low, high = findings.evaluation.interval
        train_s = sum(row.get("train_s", 0) for row in rows)
        line = f"{name:{width}}  {terminal.percent(findings.evaluation.accuracy):>8}"
        print(
            f"{line}  {100 * low:.2f} to {100 * high:.2f}  {train_s:7.0f}"
            + ("" if findings is found[0] else against(found[0], findings))
        )
    if args.out:
        write_atomically(args.out, curves(metrics, len(dataset.eval_images)))
        print(f"Curves: {args.out}")
    return 0


def against(first: "Findings", other: "Findings") -> str:
    """Images that the other alone reads rightly, the first alone, and McNemar's p."""
    from digitnet.report.compare import mcnemar

    found = mcnemar(other.right, first.right)
    verdict = "differs from the first" if found.significant else "may be chance"
    return f"  {found.only_first:6} / {found.only_second:<5} {found.p_value:.3f}, {verdict}"

"""Compare trained networks: accuracy, and whether a difference may be chance.

The first run is compared with each other one on the same images, by McNemar's
exact test: on those that all of them kept aside (--holdout, with one --seed),
or else on the test set.
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
    from digitnet.training.recipe import Recipe


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("runs", type=Path, nargs="+", metavar="RUN", help="two or more run folders")
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="also draw their curves over each other, as PNG"
    )
    add_force_flag(parser)
    flags.add_data_flags(parser)


def run(args: argparse.Namespace) -> int:
    from digitnet.cli.evaluation_data import kept_aside, load_evaluation_data
    from digitnet.report.findings import find
    from digitnet.training.run import Run
    from digitnet.training.weights import load_weights

    if len(args.runs) < 2:
        raise RunError(f"there is only {args.runs[0]} to compare; name two runs or more")
    check_outputs([args.out], force=args.force)
    if args.out:
        from digitnet.report.figures import curves  # Matplotlib takes half a second to load
    folders = [Run.open(path) for path in args.runs]
    names = [folder.path.name for folder in folders]
    if len(set(names)) < len(names):
        names = [str(path) for path in args.runs]
    metrics = {name: folder.read_metrics() for name, folder in zip(names, folders, strict=True)}
    recipes = [folder.read_recipe()[1] for folder in folders]
    weights = [folder.finished_weights for folder in folders]
    dataset = load_evaluation_data(args, weights)
    aside = kept_aside(dataset, recipes, weights)
    dataset = aside or dataset
    found = [find(load_weights(path), dataset) for path in weights]
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
    print("better / worse: images that only this run, or only the first, reads rightly")
    where = "training images that all of them kept aside" if aside else "images of the test set"
    print(f"measured on the {len(dataset.eval_images):,} {where}")
    for line in changes(names, recipes):
        print(line)
    if args.out:
        # An interval only where all curves are of as many images.
        alike = len({recipe.holdout for recipe in recipes}) == 1
        scored = recipes[0].holdout or len(dataset.eval_images)
        write_atomically(args.out, curves(metrics, scored if alike else 0))
        print(f"Curves: {args.out}")
    return 0


def changes(names: list[str], recipes: list["Recipe"]) -> list[str]:
    """What each run was trained with otherwise than the first."""
    lines = []
    for name, recipe in zip(names[1:], recipes[1:], strict=True):
        found = recipe.changes_from(recipes[0])
        words = [f"{field} {value} (first: {before})" for field, (value, before) in found.items()]
        lines.append(f"{name}: {', '.join(words) or 'the same recipe as the first'}")
    return lines


def against(first: "Findings", other: "Findings") -> str:
    """Images that the other alone reads rightly, the first alone, and McNemar's p."""
    from digitnet.report.compare import mcnemar

    found = mcnemar(other.right, first.right)
    verdict = "differs from the first" if found.significant else "may be chance"
    p_value = "<0.001" if found.p_value < 0.0005 else f"{found.p_value:.3f}"
    return f"  {found.only_first:6} / {found.only_second:<5} {p_value}, {verdict}"

"""Write a report of a trained network: its curves, errors and limits.

The page needs nothing from elsewhere. Without --out its main pictures are also
written as PNG into the run folder.
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from digitnet.cli import flags, terminal
from digitnet.cli.outputs import add_force_flag, check_outputs
from digitnet.errors import RunError

if TYPE_CHECKING:
    from digitnet.training.data.dataset import Dataset
    from digitnet.training.run import Run


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "run",
        type=Path,
        nargs="?",
        metavar="RUN",
        help="run folder (default: the newest in ./runs)",
    )
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="the page (default: report.html in the run folder)"
    )
    add_force_flag(parser)
    flags.add_data_flags(parser)


def run(args: argparse.Namespace) -> int:
    from digitnet.cli.job import as_trained
    from digitnet.report.report import picture_files
    from digitnet.training.data.mnist import load_mnist
    from digitnet.training.run import Run

    folder = Run.open(args.run) if args.run else Run.newest(Path("runs"))
    out = args.out or folder.path / "report.html"
    pictures = None if args.out else folder.path
    check_outputs([out, *(picture_files(pictures) if pictures else [])], force=args.force)
    _ = folder.finished_weights  # before the data, which take longer to look at
    dataset = load_mnist(args.data, allow_other_data=args.allow_other_data, warn=terminal.warn)
    trained_on = folder.read_environment().get("data", {}).get("fingerprint")
    if trained_on != dataset.fingerprint:
        raise RunError(
            f"{folder.path} was trained on other data than {dataset.source}; name it with --data"
        )
    _, recipe = folder.read_recipe()
    report_on(folder, as_trained(dataset, recipe), out, pictures)
    print(f"Report: {out} ({out.stat().st_size / 1e6:.1f} MB)")
    return 0


def report_on(folder: "Run", dataset: "Dataset", out: Path, pictures: Path | None) -> None:
    """Write the report of a finished run to `out`, and its pictures to a folder.

    dataset: as it was trained on and scored with. pictures: None for the page alone.
    """
    from digitnet.report.report import write_report
    from digitnet.training.weights import load_weights

    name, recipe = folder.read_recipe()
    facts = {
        "Recipe": {"name": name} | {f: getattr(recipe, f) for f in recipe.__dataclass_fields__},
        "Environment": flat(folder.read_environment()),
    }
    write_report(
        out,
        pictures,
        name=folder.path.name,
        model=load_weights(folder.weights),
        recipe=recipe,
        dataset=dataset,
        metrics=folder.read_metrics(),
        facts=facts,
    )


def flat(values: dict[str, object]) -> dict[str, object]:
    """Nested values in one level, without the folder that the data lay in."""
    found: dict[str, object] = {}
    for name, value in values.items():
        if isinstance(value, dict):
            found |= {f"{name}: {key}": v for key, v in value.items() if key != "source"}
        else:
            found[name] = value
    return found

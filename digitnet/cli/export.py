"""Write a trained network in forms that other programs read.

  digitnet export RUN --out digits.onnx

Each file is checked against the network on the test set. ONNX files of runs
with --recipe reading also hold a temperature and a threshold of refusal, fitted
on the run's holdout; 'digitnet read --weights' takes those.
"""

import argparse
from pathlib import Path

from digitnet.cli import flags, terminal
from digitnet.cli.outputs import add_force_flag, check_outputs
from digitnet.errors import OutputError
from digitnet.files import write_atomically

# Names of the forms, and how their files end.
SUFFIXES = {
    "onnx": ".onnx",
    "safetensors": ".safetensors",
    "pt2": ".pt2",
    "page": ".bin",
}
_HUB_FILES = ("model.safetensors", "config.json", "README.md")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", type=Path, metavar="RUN", help="run folder")
    parser.add_argument(
        "--format", choices=[*SUFFIXES, "all"], default="onnx", help="what to write (default: onnx)"
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("digitnet.onnx"),
        metavar="FILE",
        help="what to write; other forms take its name with their ending (default: digitnet.onnx)",
    )
    parser.add_argument(
        "--hub",
        type=Path,
        metavar="FOLDER",
        help="also a folder for model hubs: model.safetensors, config.json, README.md",
    )
    add_force_flag(parser)
    flags.add_data_flags(parser)


def run(args: argparse.Namespace) -> int:
    from digitnet.training.data.mnist import load_mnist
    from digitnet.training.data.sample import SAMPLE_SHA256
    from digitnet.training.export import inside_to_onnx
    from digitnet.training.formats import FORMATS, describe, parity, reader_of
    from digitnet.training.hub import hub_files, write_folder
    from digitnet.training.page_weights import to_page
    from digitnet.training.run import Run
    from digitnet.training.weights import load_weights, read_metadata

    check_outputs([args.out], force=True)  # no file would be called -.onnx
    forms = list(FORMATS) if args.format == "all" else [args.format]
    paths = {form: named(args.out, form) for form in forms}
    inside, page = named(args.out, "onnx").with_suffix(".inside.onnx"), named(args.out, "page")
    check_outputs([*paths.values(), *hub_outputs(args.hub)], force=args.force)
    weights = Run.open(args.run).finished_weights
    model = load_weights(weights)
    dataset = load_mnist(args.data, allow_other_data=args.allow_other_data, warn=terminal.warn)
    sample = dataset.fingerprint == SAMPLE_SHA256
    if args.hub and dataset.notice and not sample:
        raise OutputError("--hub tells a network of MNIST; this one is of other data")
    described = describe(model, read_metadata(weights), dataset)
    refuses = "onnx" in forms and "digit_threshold" in described
    if refuses:
        check_outputs([inside, page], force=args.force)
    # All are made and checked before the first is written: nothing half is left behind.
    test = (dataset.eval_images, dataset.eval_labels)
    contents, lines = {}, []
    for form, path in paths.items():
        terminal.stage(f"Making {path} and reading the test set with it")
        contents[path] = FORMATS[form](model, described)
        found = parity(model, reader_of(form, contents[path]), *test)
        lines.append(
            f"{path}: {len(contents[path]) / 1000:.0f} kB, test accuracy "
            f"{terminal.percent(found.accuracy)}, largest difference {found.largest:.1e}"
        )
    hub = {}
    if args.hub:
        terminal.stage(f"Making {args.hub}")
        hub = hub_files(model, described, found.expected, sample=sample)
        parity(model, reader_of("safetensors", hub["model.safetensors"]), *test)
        lines.append(f"{args.hub}: a folder for model hubs")
    if refuses:
        terminal.stage(f"Making {inside} and {page}, which show every layer")
        contents[inside] = inside_to_onnx(model)
        contents[page] = to_page(model, described)
        parity(model, reader_of("page", contents[page]), *test)
    for path, content in contents.items():
        write_atomically(path, content)
    if args.hub:
        write_folder(args.hub, hub)
    print("\n".join(lines))
    if refuses:
        print(
            f"Temperature {described['temperature']:.3f}, "
            f"digit threshold {described['digit_threshold']:.3f}, from the images held out"
        )
        print(f"Next: digitnet read --weights {paths['onnx']} PICTURE")
    return 0


def hub_outputs(folder: Path | None) -> list[Path]:
    """What is written for model hubs: a new folder, or these files in one that exists."""
    if folder is None:
        return []
    return [folder / name for name in _HUB_FILES] if folder.is_dir() else [folder]


def named(out: Path, form: str) -> Path:
    """The file for this form: the name that was given, with the form's ending."""
    if out.suffix in SUFFIXES.values():
        return out.with_suffix(SUFFIXES[form])
    return out.with_name(out.name + SUFFIXES[form])

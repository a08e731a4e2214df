"""Write a trained network in forms that other programs read, each checked against it.

ONNX files of runs with --recipe reading also hold a temperature and a threshold of refusal,
fitted on the run's holdout; 'digitnet read --weights' takes those.
"""

import argparse
from pathlib import Path
from typing import Any

import torch

from digitnet.cli import flags, terminal
from digitnet.errors import OutputError, RunError
from digitnet.files import write_atomically
from digitnet.training.calibrate import fit_temperature, fit_threshold
from digitnet.training.dataset import Dataset
from digitnet.training.evaluation import all_logits
from digitnet.training.export import inside_to_onnx
from digitnet.training.formats import FORMATS, SUFFIXES, parity, reader_of, to_int8
from digitnet.training.hub import hub_files, write_folder
from digitnet.training.mnist import load_mnist
from digitnet.training.model import DigitNet, normalise
from digitnet.training.recipe import Recipe
from digitnet.training.run import Run
from digitnet.training.weights import load_weights, read_metadata


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", type=Path, metavar="RUN", help="run folder")
    parser.add_argument(
        "--format", choices=[*FORMATS, "all"], default="onnx", help="what to write (default: onnx)"
    )
    parser.add_argument(
        "--quantize", choices=["int8"], help="also an ONNX file with weights of 8 bits"
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
    parser.add_argument("--force", action="store_true", help="write over files that exist")
    flags.add_data_flags(parser)


def run(args: argparse.Namespace) -> int:
    forms = list(FORMATS) if args.format == "all" else [args.format]
    paths = {form: named(args.out, form) for form in forms}
    small = args.out.with_name(f"{args.out.stem}.int8.onnx") if args.quantize else None
    outputs = [path for path in (*paths.values(), small, args.hub) if path]
    for path in outputs:
        if path.exists() and not args.force:
            raise OutputError(f"{path} exists; name another file, or --force to write over it")
        if not path.parent.is_dir():
            raise OutputError(f"no folder {path.parent} for {path.name}; create it first")
    if args.hub and args.hub.is_file():
        raise OutputError(f"{args.hub} is a file; name a folder")
    weights = Run.open(args.run).weights
    model = load_weights(weights)
    dataset = load_mnist(args.data, allow_other_data=args.allow_other_data, warn=terminal.warn)
    described = describe(model, read_metadata(weights), dataset)
    # All are made and checked before the first is written: nothing half is left behind.
    contents = {paths[form]: FORMATS[form](model, described) for form in forms}
    test = (dataset.eval_images, dataset.eval_labels)
    lines = []
    for form, (path, content) in zip(forms, contents.items(), strict=True):
        found = parity(model, reader_of(form, content), *test)
        lines.append(
            f"{path}: {len(content) / 1000:.0f} kB, test accuracy "
            f"{terminal.percent(found.accuracy)}, largest difference {found.largest:.1e}"
        )
    if small:
        images = normalise(dataset.train_images[:1000].float() / 255)
        source = contents.get(paths.get("onnx", small)) or FORMATS["onnx"](model, described)
        contents[small] = to_int8(source, images)
        found = parity(model, reader_of("onnx", contents[small]), *test, most=None)
        lines.append(
            f"{small}: {len(contents[small]) / 1000:.0f} kB, test accuracy "
            f"{terminal.percent(found.accuracy)} in place of {terminal.percent(found.expected)}"
        )
    hub = {}
    if args.hub:
        hub = hub_files(model, described, found.expected, sample=bool(dataset.notice))
        parity(model, reader_of("safetensors", hub["model.safetensors"]), *test)
        lines.append(f"{args.hub}: a folder for model hubs")
    for path, content in contents.items():
        write_atomically(path, content)
    if args.hub:
        write_folder(args.hub, hub)
    if "onnx" in paths and "accept" in described:
        write_atomically(paths["onnx"].with_suffix(".inside.onnx"), inside_to_onnx(model))
    print("\n".join(lines))
    if "onnx" in paths and "accept" in described:
        print(
            f"Temperature {described['temperature']:.3f}, threshold {described['accept']:.3f}, "
            "from the images held out"
        )
        print(f"Next: digitnet read --weights {paths['onnx']} PICTURE")
    return 0


def named(out: Path, form: str) -> Path:
    """The file for this form: the name that was given, with the form's ending."""
    if out.suffix in SUFFIXES.values():
        return out.with_suffix(SUFFIXES[form])
    return out.with_name(out.name + SUFFIXES[form])


def describe(model: DigitNet, metadata: dict[str, Any], dataset: Dataset) -> dict[str, Any]:
    """What a file says of itself; temperature and threshold where the network refuses."""
    recipe = Recipe.from_dict(metadata["recipe"])
    if metadata["fingerprint"] != dataset.fingerprint:
        raise RunError(
            f"the run was trained on other data than {dataset.source}; name it with --data"
        )
    described = {
        "recipe": metadata["recipe_name"],
        "accuracy": metadata["accuracy"],
        "classes": ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "none"][: recipe.classes],
        "data": dataset.fingerprint,
        "licence": "MIT; trained on MNIST (CC BY-SA 3.0)",
    }
    if recipe.classes != 11 or not recipe.holdout:
        return described
    holdout = dataset.with_holdout(recipe.holdout, recipe.seed)
    with torch.inference_mode():
        logits = all_logits(model, holdout.eval_images)
    fitted = {
        "temperature": fit_temperature(logits[:, :10], holdout.eval_labels),
        "accept": fit_threshold(logits),
    }
    return fitted | described

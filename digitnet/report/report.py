"""A run folder -> its report: one page, and its main pictures as files."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch

from digitnet.files import write_atomically
from digitnet.report import figures, inside, page
from digitnet.report.corruptions import CORRUPTIONS, corrupted
from digitnet.report.findings import Findings, find
from digitnet.report.robustness import Robustness, mean_accuracy, robustness
from digitnet.training.batches import DigitBatches
from digitnet.training.data.dataset import Dataset
from digitnet.training.model import PIXEL_MEAN, PIXEL_STD, DigitNet
from digitnet.training.recipe import Recipe

# Images of each corruption: enough for an interval of two points, in seconds.
SAMPLE = 1000
_PICTURES = ("curves", "confusion", "errors", "batch")


def write_report(
    out: Path,
    pictures: Path | None,
    *,
    name: str,
    model: DigitNet,
    recipe: Recipe,
    dataset: Dataset,
    metrics: list[dict[str, Any]],
    facts: dict[str, Any],
) -> None:
    """Write the page to `out`, and its main pictures to the folder `pictures` unless it is None.

    dataset: what was trained on, with the images that it was scored on. facts: what else the
    page tells of the run, by name.

    Raises:
        RunError: a file cannot be written.
    """
    findings = find(model, dataset)
    found = list(robustness(model, dataset, SAMPLE))
    pngs = (
        figures.curves({name: metrics}, len(findings.labels)),
        figures.confusion(findings.evaluation.confusion),
        figures.errors(findings),
        figures.batch(*first_batch(recipe, dataset)),
    )
    drawn = dict(zip(_PICTURES, pngs, strict=True))
    content = page.page(
        f"digitnet: {name}", _sections(model, findings, found, drawn, facts, dataset, recipe)
    )
    write_atomically(out, content)
    if pictures:
        for path, png in zip(picture_files(pictures), pngs, strict=True):
            write_atomically(path, png)


def picture_files(folder: Path) -> list[Path]:
    """The files in `folder` that a report's main pictures are written to."""
    return [folder / f"{title}.png" for title in _PICTURES]


def first_batch(recipe: Recipe, dataset: Dataset) -> tuple[Any, Any]:
    """The first images that the network was fed, and their labels: [N, H, W] and [N]."""
    batches = DigitBatches(recipe, dataset.train_images, dataset.train_labels)
    with torch.random.fork_rng():
        images, labels = batches[0]
    pixels = (images[:40, 0] * PIXEL_STD + PIXEL_MEAN).clamp(0, 1)
    return pixels.numpy(), labels[:40].numpy()


def _sections(
    model: DigitNet,
    findings: Findings,
    found: list[Robustness],
    drawn: dict[str, bytes],
    facts: dict[str, Any],
    dataset: Dataset,
    recipe: Recipe,
) -> Iterator[tuple[str, str]]:
    evaluation = findings.evaluation
    low, high = evaluation.interval
    yield (
        "Result",
        page.table(
            [
                (
                    f"{findings.evaluated} accuracy",
                    f"{100 * evaluation.accuracy:.2f} % (95 % interval {100 * low:.2f} to "
                    f"{100 * high:.2f}; {evaluation.correct:,} of {evaluation.total:,})",
                ),
                ("mean loss", f"{evaluation.loss:.4f} nats"),
                ("data", dataset.notice or "MNIST"),
            ]
        ),
    )
    yield "Learning curves", _curves(drawn, recipe)
    yield "What it confuses", page.confusion_table(findings)
    yield (
        "Worst errors",
        page.paragraph(
            "True digit, what it was read as, how surely. * The label is disputed: fewer than "
            "three of five people saw that digit (Northcutt and others 2021)."
        )
        + page.picture(drawn["errors"], "The 40 most confident errors"),
    )
    yield "Each digit", page.picture(figures.digits(findings), "Accuracy of each digit")
    yield (
        "How sure to be",
        page.paragraph(
            "Left: how often it is right when it is so sure. Temperatures are fitted on each "
            f"half of the images for the other ({findings.temperatures[0]:.2f} and "
            f"{findings.temperatures[1]:.2f}). Right: how many of the kept are wrong when the "
            "least sure are refused."
        )
        + '<div class="row">'
        + page.picture(figures.calibration(findings), "Reliability diagram with ECE")
        + page.picture(figures.refusal(findings), "Risk-coverage curve")
        + "</div>",
    )
    yield (
        "Corrupted digits",
        page.paragraph(
            f"The first {found[0].evaluation.total:,} images, corrupted in the ways of MNIST-C. "
            f"Mean {100 * mean_accuracy(found):.1f} %."
        )
        + page.picture(
            figures.corruptions({"": found}, corruption_examples(findings.images)),
            "Accuracy on each corruption",
        ),
    )
    yield (
        "Features in two dimensions (PCA)",
        page.paragraph("Principal components of the last features; errors are circled.")
        + page.picture(figures.flat_map(findings), "All images in two dimensions"),
    )
    yield (
        "The first training batch",
        page.picture(drawn["batch"], "Images of the first batch, as the network saw them"),
    )
    yield (
        "Kernels",
        page.paragraph("A row an output, a column an input; red adds, blue takes away.")
        + page.picture(inside.kernels(model), "Every kernel of the five convolutions"),
    )
    yield (
        "Layer by layer",
        page.paragraph("The first ten maps of each layer; below, the maps whose means are scores.")
        + page.picture(inside.layers(model, findings), "Three images followed through the layers"),
    )
    for title, values in facts.items():
        yield title, page.table(values.items())


def _curves(drawn: dict[str, bytes], recipe: Recipe) -> str:
    shown = page.picture(drawn["curves"], "Loss, accuracy, learning rate by epoch")
    if recipe.hard_fraction == 1:
        return shown
    told = (
        f"Epochs after the first train on the {100 * recipe.hard_fraction:g} % of the images that "
        "had the largest loss; training loss and accuracy are of those."
    )
    return page.paragraph(told) + shown


def corruption_examples(images: Any) -> Any:
    """The first image in every corruption: uint8 [15, 28, 28]."""
    return np.concatenate([corrupted(images[:1], kind) for kind in CORRUPTIONS])

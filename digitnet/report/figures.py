"""Pictures of what a network's readings are worth, as PNG."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitnet.report.calibration import Bin, calibration_error, reliability, risk_coverage
from digitnet.report.disputed import DISPUTED
from digitnet.report.drawing import BLUE, GREEN, GREY, VERMILION, colours, drawn, show, tiles
from digitnet.report.findings import Findings
from digitnet.report.robustness import Robustness

# Ten that differ in lightness too.
DIGITS = ("#6a5acd", "#e69f00", "#56b4e9", "#009e73", "#f0e442",
          "#0072b2", "#d55e00", "#cc79a7", "#8c8c8c", "#7f3c8d")  # fmt: skip

Metrics = Sequence[dict[str, Any]]


def curves(runs: Mapping[str, Metrics], images: int = 0) -> bytes:
    """Loss, accuracy and learning rate by epoch, of one run or several over each other.

    runs: rows of metrics by the run's name. images: how many were scored, to shade accuracy's
    95 % interval; 0 for none.
    """
    lowest = 99.0
    with drawn(9, 3.2) as (figure, content):
        losses, accuracies, rates = figure.subplots(1, 3)
        for (name, rows), colour in zip(runs.items(), colours(len(runs)), strict=True):
            epochs = [row["epoch"] for row in rows]
            scored = "holdout" if "holdout_loss" in rows[0] else "test"
            losses.plot(epochs, [row["train_loss"] for row in rows], "--", color=colour)
            losses.plot(epochs, [row[f"{scored}_loss"] for row in rows], "o-", color=colour, ms=3)
            shares = np.array([row[f"{scored}_accuracy"] for row in rows])
            label = f"{name}, {scored}"
            accuracies.plot(epochs, 100 * shares, "o-", color=colour, ms=3, label=label)
            if images:
                half = 196 * np.sqrt(shares * (1 - shares) / images)
                low, high = 100 * shares - half, 100 * shares + half
                accuracies.fill_between(epochs, low, high, color=colour, alpha=0.2, linewidth=0)
            rates.plot(epochs, [row["lr"] for row in rows], "o-", color=colour, ms=3)
            lowest = min(lowest, 100 * float(shares[len(rows) // 2 :].min()) - 0.3)
        losses.set(title="loss (dashed: training)", xlabel="epoch", yscale="log")
        accuracies.set(title="accuracy, %", xlabel="epoch", ylim=(max(0, lowest), 100))
        rates.set(title="learning rate", xlabel="epoch")
        for axes in (losses, accuracies, rates):
            axes.xaxis.get_major_locator().set_params(integer=True)
        if len(runs) > 1:
            accuracies.legend(loc="lower right", fontsize=8)
    return content.getvalue()


def confusion(counts: Sequence[Sequence[int]]) -> bytes:
    """The confusion matrix; wrong readings are shaded, right ones counted alone."""
    values = np.array(counts)
    wrong = np.where(np.eye(10, dtype=bool), 0, values)
    with drawn(5.2, 4.8) as (figure, content):
        axes = figure.subplots()
        axes.imshow(np.sqrt(wrong / max(1, wrong.max())), cmap="Oranges", alpha=0.85)
        for true in range(10):
            for read in range(10):
                if values[true, read]:
                    dark = true != read and wrong[true, read] > 0.35 * wrong.max()
                    axes.text(
                        read,
                        true,
                        str(values[true, read]),
                        ha="center",
                        va="center",
                        fontsize=8,
                        color="#202020" if true != read else (GREEN if not dark else GREY),
                    )
        axes.set(xticks=range(10), yticks=range(10), xlabel="read as", ylabel="true digit")
        axes.spines[:].set_visible(False)
    return content.getvalue()


def errors(findings: Findings, count: int = 40) -> bytes:
    """The worst errors: what each was, what it was read as, how surely; * where disputed."""
    indices = findings.worst(count)
    return tiles(
        findings.images[indices],
        [
            f"{findings.labels[i]} as {findings.guesses[i]}\n{findings.confidence[i]:.0%}"
            + (" *" if findings.official and int(i) in DISPUTED else "")
            for i in indices
        ],
        columns=10,
    )


def batch(images: NDArray[np.float32], labels: NDArray[np.int64]) -> bytes:
    """What the network was fed: 40 images of a batch as it saw them."""
    return tiles(images[:40], [str(label) for label in labels[:40]], columns=10)


def digits(findings: Findings) -> bytes:
    """Accuracy of each digit with its 95 % interval."""
    from digitnet.training.evaluation import wilson_interval

    with drawn(5.5, 3) as (figure, content):
        axes = figure.subplots()
        for digit, row in enumerate(findings.evaluation.confusion):
            if sum(row):
                low, high = (100 * end for end in wilson_interval(row[digit], sum(row)))
                share = 100 * row[digit] / sum(row)
                axes.plot([digit, digit], [low, high], color=BLUE, linewidth=2)
                axes.plot(digit, share, "o", color=BLUE)
        axes.set(xticks=range(10), xlabel="digit", ylabel="right, %")
    return content.getvalue()


def calibration(findings: Findings) -> bytes:
    """Reliability before and after temperature scaling, each with its ECE."""
    with drawn(4.4, 3.8) as (figure, content):
        axes = figure.subplots()
        axes.plot([0, 1], [0, 1], ":", color=GREY)
        for name, confidence, colour in (
            ("before", findings.confidence, VERMILION),
            ("after temperature", findings.calibrated, BLUE),
        ):
            bins: list[Bin] = reliability(confidence, findings.right)
            label = f"{name}: ECE {100 * calibration_error(bins):.2f} %"
            sure, good = [b.confidence for b in bins], [b.accuracy for b in bins]
            axes.plot(sure, good, "-", color=colour, label=label)
            sizes = [8 + 60 * np.sqrt(b.count / len(findings.labels)) for b in bins]
            axes.scatter(sure, good, s=sizes, color=colour)
        axes.set(xlabel="confidence", ylabel="share right", xlim=(0, 1), ylim=(0, 1.02))
        axes.legend(loc="upper left", fontsize=9)
    return content.getvalue()


def refusal(findings: Findings) -> bytes:
    """How many are wrong of those kept, when the least sure are refused first."""
    coverage, risk = risk_coverage(findings.calibrated, findings.right)
    with drawn(4.4, 3.8) as (figure, content):
        axes = figure.subplots()
        axes.plot(100 * coverage, 100 * risk, color=BLUE, linewidth=2)
        axes.set(xlabel="images kept, %", ylabel="of those wrong, %", xlim=(80, 100))
        axes.set_ylim(0)
    return content.getvalue()


def flat_map(findings: Findings) -> bytes:
    """The set in two dimensions: principal components of the last features; errors circled."""
    places = findings.map()
    with drawn(6.5, 5.2) as (figure, content):
        axes = figure.subplots()
        for digit, colour in enumerate(DIGITS):
            mine = findings.labels == digit
            across, down = places[mine].T
            axes.scatter(across, down, s=3, color=colour, alpha=0.6, linewidths=0)
            if mine.any():
                x, y = np.median(places[mine], axis=0)
                box = {"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 1.5}
                axes.text(x, y, str(digit), fontsize=14, color="#202020", bbox=box)
        across, down = places[~findings.right].T
        axes.scatter(across, down, s=24, facecolors="none", edgecolors=VERMILION, linewidths=1)
        axes.set(xticks=[], yticks=[], xlabel="first component", ylabel="second component")
    return content.getvalue()


def corruptions(found: dict[str, list[Robustness]], examples: NDArray[np.uint8]) -> bytes:
    """Accuracy on every kind of corruption, an example beside each; networks side by side.

    examples: uint8 [kinds, 28, 28], in the order of the kinds.
    """
    kinds = [result.kind for result in next(iter(found.values()))]
    # One picture of all: a pair of axes for each takes ten times as long to draw.
    apart = np.pad(examples.astype(float), ((0, 0), (1, 1), (0, 0)), constant_values=np.nan)
    with drawn(8, 0.36 * len(kinds) + 0.8) as (figure, content):
        pictures, axes = figure.subplots(1, 2, sharey=True, width_ratios=(1, 17))
        show(pictures, np.concatenate(apart), vmin=0, vmax=255, aspect="auto",
             extent=(0, 1, len(kinds) - 0.5, -0.5))  # fmt: skip
        pictures.axis("on")
        pictures.set(xticks=[], yticks=range(len(kinds)), yticklabels=kinds)
        pictures.spines[:].set_visible(False)
        for each in (pictures, axes):
            each.tick_params(left=False)
        for number, (name, results) in enumerate(found.items()):
            height = 0.8 / len(found)
            places = np.arange(len(kinds)) + height * (number - (len(found) - 1) / 2)
            shares = [100 * result.evaluation.accuracy for result in results]
            colour = colours(len(found))[number]
            axes.barh(places, shares, 0.9 * height, color=colour, label=name)
            if len(found) == 1:
                for place, share in zip(places, shares, strict=True):
                    axes.text(101, place, f"{share:.1f}", va="center", fontsize=8)
        axes.set(xlim=(0, 108), xlabel="right, %", ylim=(len(kinds) - 0.5, -0.5))
        if len(found) > 1:
            axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=len(found), fontsize=9)
    return content.getvalue()

"""Pictures of what is inside a network, as PNG: its kernels, and images on their way through."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from digitnet.report.drawing import drawn, place, sheet
from digitnet.report.findings import Findings
from digitnet.training.model import DigitNet, normalise

# Kept apart from the network, for pictures of it: the first image of each of these digits.
_FOLLOWED = (2, 5, 8)


def kernels(model: DigitNet) -> bytes:
    """Every kernel, blue below zero and red above: a row an output, a column an input."""
    layers = [layer for layer in model if isinstance(layer, nn.Conv2d)]
    sheets = [_sheet(layer.weight.detach().numpy()) for layer in layers]
    widths = [max(sheet.shape[1], 20) for sheet in sheets]
    with drawn(11, 4.6) as (figure, content):
        places = figure.subplots(1, len(sheets), gridspec_kw={"width_ratios": widths})
        for axes, sheet, layer in zip(places, sheets, layers, strict=True):
            largest = float(np.nanmax(abs(sheet)))
            axes.imshow(sheet, cmap="RdBu_r", vmin=-largest, vmax=largest, interpolation="nearest")
            axes.axis("off")
            axes.set_title(f"{layer.in_channels} to {layer.out_channels}", fontsize=9)
    return content.getvalue()


def _sheet(weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Kernels [out, in, 3, 3] side by side, an empty line between them."""
    out, into = weights.shape[:2]
    sheet = np.full((4 * out - 1, 4 * into - 1), np.nan, np.float32)
    for row in range(out):
        for column in range(into):
            sheet[4 * row : 4 * row + 3, 4 * column : 4 * column + 3] = weights[row, column]
    return sheet


def layers(model: DigitNet, findings: Findings) -> bytes:
    """A few images followed through every layer: the first ten maps of each, and the scores."""
    chosen = [int(np.flatnonzero(findings.labels == d)[0]) for d in _FOLLOWED
              if (findings.labels == d).any()]  # fmt: skip
    images = torch.from_numpy(findings.images[chosen]).unsqueeze(1)
    with torch.inference_mode():
        outputs = model.activations(normalise(images.float() / 255))
    names = ("relu1", "relu2", "relu3", "relu4", "conv5")
    with sheet(len(chosen) * len(names), 11.6, 1, 1.15) as (axes, content):
        for at, index in enumerate(chosen):
            title = f"a {findings.labels[index]}"
            place(axes, findings.images[index], at * len(names), 0, title, cmap="gray")
            for depth, name in enumerate(names):
                row = at * len(names) + depth
                axes.text(1.5, row + 0.6, name, ha="right", va="center", fontsize=8)
                maps = outputs[name][at].numpy()
                for channel, values in enumerate(maps[:10]):
                    scores = name == "conv5"
                    most = float(abs(maps).max())
                    options = {"cmap": "RdBu_r", "vmin": -most, "vmax": most} if scores else {}
                    title = f"{channel}: {values.mean():.1f}" if scores else ""
                    place(axes, values, row, channel + 1.6, title, **{"cmap": "magma"} | options)
    return content.getvalue()

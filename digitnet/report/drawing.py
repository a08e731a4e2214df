"""How pictures of a report look: style, colours, rows of images.

Their background is transparent and their grey stands out on light and on dark; colours are
Okabe and Ito's, which the colour-blind tell apart.
"""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

GREY = "#767676"
BLUE, ORANGE, GREEN, VERMILION = "#3a8fd0", "#e69f00", "#009e73", "#d55e00"
_STYLE: Any = {
    "font.size": 10,
    "text.color": GREY,
    "axes.labelcolor": GREY,
    "axes.edgecolor": GREY,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "legend.frameon": False,
    "savefig.transparent": True,
}


@contextmanager
def drawn(width: float, height: float) -> Iterator[tuple[Figure, io.BytesIO]]:
    """A figure of so many inches, whose PNG is in the buffer afterwards."""
    content = io.BytesIO()
    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(width, height), dpi=120, layout="constrained")
        yield figure, content
        figure.savefig(content, format="png")


def colours(count: int) -> list[str]:
    every = [BLUE, VERMILION, GREEN, ORANGE, "#cc79a7", "#8c8c8c"]
    return [every[index % len(every)] for index in range(count)]


def tiles(images: NDArray[Any], titles: Sequence[str], columns: int) -> bytes:
    """Images in rows, a title above each."""
    rows = max(1, -(-len(images) // columns))
    with drawn(0.95 * columns, 1.25 * rows) as (figure, content):
        for axes in figure.subplots(rows, columns, squeeze=False).flat:
            axes.axis("off")
        for axes, image, title in zip(figure.axes, images, titles, strict=False):
            show(axes, image)
            axes.set_title(title, fontsize=8)
        if len(images) == 0:
            figure.axes[0].text(0, 0.5, "none")
    return content.getvalue()


def show(axes: Axes, image: NDArray[Any], **options: Any) -> None:
    axes.imshow(image, cmap="gray", interpolation="nearest", **options)
    axes.axis("off")

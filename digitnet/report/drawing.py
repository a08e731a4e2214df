"""How pictures of a report look: style, colours, rows of images.

Their background is transparent and their grey stands out on light and on dark; colours are
Okabe and Ito's, which the colour-blind tell apart.
"""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal

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
def drawn(
    width: float, height: float, layout: Literal["constrained"] | None = "constrained"
) -> Iterator[tuple[Figure, io.BytesIO]]:
    """A figure of so many inches, whose PNG is in the buffer afterwards."""
    content = io.BytesIO()
    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(width, height), dpi=120, layout=layout)
        yield figure, content
        figure.savefig(content, format="png")


def colours(count: int) -> list[str]:
    every = [BLUE, VERMILION, GREEN, ORANGE, "#cc79a7", "#8c8c8c"]
    return [every[index % len(every)] for index in range(count)]


def tiles(images: NDArray[Any], titles: Sequence[str], columns: int) -> bytes:
    """Images in rows, a title above each."""
    rows = max(1, -(-len(images) // columns))
    with sheet(rows, columns, 0.95, 1.25) as (axes, content):
        for index, (image, title) in enumerate(zip(images, titles, strict=True)):
            place(axes, image, index // columns, index % columns, title, cmap="gray")
        if len(images) == 0:
            axes.text(0.1, 0.5, "none")
    return content.getvalue()


@contextmanager
def sheet(
    rows: int, columns: float, width: float, height: float
) -> Iterator[tuple[Axes, io.BytesIO]]:
    """One pair of axes for a table of pictures, its cells of width and height inches.

    Axes of their own for each picture take ten times as long to draw.
    """
    with drawn(columns * width, rows * height, layout=None) as (figure, content):
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, columns), ylim=(rows, 0))
        axes.axis("off")
        yield axes, content


def place(
    axes: Axes, image: NDArray[Any], row: int, column: float, title: str = "", **options: Any
) -> None:
    """A picture into a cell of a sheet, at the bottom, as large as fits below its title."""
    figure = axes.get_figure(root=True)
    assert figure
    width, height = figure.get_size_inches()
    columns, rows = axes.get_xlim()[1], axes.get_ylim()[0]
    # In inches, so that a picture stays square whatever a cell is.
    across, down = width / columns, height / rows
    above = 0.13 * (1 + title.count("\n")) + 0.06 if title else 0.04
    side = min(0.92 * across, down - above - 0.04)
    left, bottom = column + 0.5 - side / across / 2, row + 1 - 0.04 / down
    axes.imshow(
        image,
        extent=(left, left + side / across, bottom, bottom - side / down),
        aspect="auto",
        interpolation="nearest",
        **options,
    )
    at = bottom - (side + 0.03) / down
    axes.text(column + 0.5, at, title, ha="center", va="bottom", fontsize=8)


def show(axes: Axes, image: NDArray[Any], **options: Any) -> None:
    axes.imshow(image, cmap="gray", interpolation="nearest", **options)
    axes.axis("off")

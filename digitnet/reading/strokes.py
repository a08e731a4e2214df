"""Connected strokes of ink, without the picture's edge, grids and the paper's grain."""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.reading.ink import Ink

Box = tuple[int, int, int, int]  # x, y, width, height in pixels of the ink

# No legible digit is smaller: pixels of its longer side, also as a share of the picture's
# longer side, and inked pixels.
LEAST_SIDE = 7
LEAST_SHARE = 0.008
LEAST_AREA = 10

# More connected strokes than a page of digits has: a texture. Its largest are looked at.
MOST_STROKES = 1200


@dataclass(frozen=True)
class Stroke:
    """One or several connected parts of the ink, as one.

    box: in pixels of the ink. area: inked pixels. labels: the parts in `Strokes.labels`.
    """

    box: Box
    area: int
    labels: tuple[int, ...]

    @cached_property
    def left(self) -> int:
        return self.box[0]

    @cached_property
    def right(self) -> int:
        return self.box[0] + self.box[2]

    @cached_property
    def top(self) -> int:
        return self.box[1]

    @cached_property
    def bottom(self) -> int:
        return self.box[1] + self.box[3]

    @property
    def width(self) -> int:
        return self.box[2]

    @property
    def height(self) -> int:
        return self.box[3]

    @property
    def centre(self) -> tuple[float, float]:
        return self.box[0] + self.box[2] / 2, self.box[1] + self.box[3] / 2


def join(strokes: list[Stroke]) -> Stroke:
    """Several strokes as one."""
    if len(strokes) == 1:
        return strokes[0]
    left, top = min(s.left for s in strokes), min(s.top for s in strokes)
    right, bottom = max(s.right for s in strokes), max(s.bottom for s in strokes)
    labels = tuple(label for stroke in strokes for label in stroke.labels)
    box = (left, top, right - left, bottom - top)
    return Stroke(box, sum(stroke.area for stroke in strokes), labels)


@dataclass(eq=False)
class Strokes:
    """All strokes of a picture.

    amount: float32 [h, w], the ink. labels: int32 [h, w], 0 on paper, else which part.
    strokes: those that may be writing, one a part.
    """

    amount: NDArray[np.float32]
    labels: NDArray[np.int32]
    strokes: list[Stroke]

    def legible(self) -> list[Stroke]:
        """The strokes that are large enough to be a digit by themselves."""
        least = max(LEAST_SIDE, LEAST_SHARE * max(self.labels.shape))
        return [
            stroke
            for stroke in self.strokes
            if max(stroke.width, stroke.height) >= least and stroke.area >= LEAST_AREA
        ]

    def crop(self, stroke: Stroke) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """The ink of one stroke alone, and which pixels are of it: both [height, width].

        The ink includes the half-dark rim around the stroke.
        """
        x, y, width, height = stroke.box
        labels = self.labels[y : y + height, x : x + width]
        inside = among(labels, stroke.labels)
        others = (labels > 0) & ~inside
        return self.amount[y : y + height, x : x + width] * ~others, inside


def among(labels: NDArray[np.int32], chosen: tuple[int, ...]) -> NDArray[np.bool_]:
    """Which pixels have one of these labels; NumPy's isin takes ten times as long."""
    table = np.zeros(max(int(labels.max(initial=0)), *chosen) + 1, np.bool_)
    table[list(chosen)] = True
    return table[labels]


def find_strokes(ink: Ink) -> Strokes:
    """Connected parts of the ink, without specks, edges of the picture and grids."""
    mask = ink.mask
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    strokes = _listed(stats, count)
    contacts = _contacts(labels)
    strokes = [
        stroke
        for stroke in strokes
        if _fills(stroke, mask.shape)
        or not (
            _is_edge(stroke, int(contacts[stroke.labels[0]]), mask.shape)
            or _is_rule(stroke, mask.shape)
        )
    ]
    strokes = sorted(strokes, key=lambda stroke: -stroke.area)[:MOST_STROKES]
    return Strokes(ink.amount, labels, strokes)


def _listed(stats: NDArray[np.int32], count: int) -> list[Stroke]:
    rows = stats[1:count].tolist()
    return [
        Stroke((x, y, width, height), area, (label,))
        for label, (x, y, width, height, area) in enumerate(rows, start=1)
        if area >= 3
    ]


def _fills(stroke: Stroke, shape: tuple[int, ...]) -> bool:
    """It touches the frame on all sides: a digit cut tight, or any in a picture this small."""
    height, width = shape[:2]
    if max(height, width) < 64:
        return True
    rim = 0.04 * max(height, width)
    return (
        min(stroke.left, stroke.top) <= rim
        and max(stroke.left, stroke.top, width - stroke.right, height - stroke.bottom) <= rim
        and stroke.area > 0.05 * height * width
    )


def _contacts(labels: NDArray[np.int32]) -> NDArray[np.intp]:
    """How many pixels of each part lie on the picture's frame: [parts + 1]."""
    frame = np.concatenate([labels[0], labels[-1], labels[1:-1, 0], labels[1:-1, -1]])
    return np.bincount(frame, minlength=int(labels.max()) + 1)


def _is_edge(stroke: Stroke, contact: int, shape: tuple[int, ...]) -> bool:
    """It lies along the frame, as a table's or a page's edge does.

    contact: its pixels on the frame. A digit that is cut off meets it with a stroke's end.
    """
    return contact > 0.25 * min(shape) or contact > 0.5 * max(stroke.width, stroke.height)


def _is_rule(stroke: Stroke, shape: tuple[int, ...]) -> bool:
    """It runs from one side of the picture to the other and is mostly empty, as grids are."""
    height, width = shape[:2]
    rim = 0.02 * max(height, width)
    across = stroke.left <= rim and stroke.right >= width - rim
    down = stroke.top <= rim and stroke.bottom >= height - rim
    if max(height, width) < 64 or not (across or down):
        return False
    thin = min(stroke.width, stroke.height) <= max(4, rim)
    return thin or stroke.area < 0.4 * stroke.width * stroke.height

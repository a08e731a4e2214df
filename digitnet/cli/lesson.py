"""What a reader learns a hand from, and what it is measured on before and after.

Pages are made of a person's few digits, and of other people's pen strokes, which ship.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from digitnet.cli.labelled import Labelled
from digitnet.reading import Reader
from digitnet.reading.finder import NONE, SIDES
from digitnet.reading.pyramid import Level, pyramid
from digitnet.reading.taught import Seen
from digitnet.training.pages.digits import DigitBank
from digitnet.training.pages.ingredients import Ingredients
from digitnet.training.pages.letters import LetterBank
from digitnet.training.pages.print import PrintBank
from digitnet.training.pages.rows import Page, write_rows
from digitnet.training.pages.tile import make_tile

_A_PAGE = 48  # digits
_TILES = 40  # some thousand marks, in three seconds
_COPIES = 5  # of each picture's digit on pages, each changed
_SAME = 0.5  # of both boxes' union: a mark is the digit that was written there
_PENS = (0.04, 0.15)  # a pen's width over a digit's height: a ballpoint's to a marker's


@dataclass(frozen=True, eq=False)
class Written:
    """A page, and the digits on it in the order of its boxes."""

    page: Page
    labels: list[int]


def own_pages(rng: Generator, pictures: Sequence[Labelled], copies: int = _COPIES) -> list[Written]:
    """Pages of a person's digits, each of them `copies` times."""
    order = [int(i) for _ in range(copies) for i in rng.permutation(len(pictures))]
    return [
        Written(
            write_rows(rng, [pictures[index].ink for index in some]),
            [pictures[index].label for index in some],
        )
        for some in _lots(order)
    ]


def other_pages(rng: Generator, count: int) -> list[Written]:
    """Pages by other people: pen strokes that no network was trained on."""
    bank = _bank("aside")
    pages = []
    for _ in range(count):
        labels = rng.integers(0, 10, _A_PAGE).tolist()
        inks = [bank.draw_fresh(rng, rng.uniform(*_PENS), label) for label in labels]
        pages.append(Written(write_rows(rng, inks), labels))
    return pages


def own_marks(
    reader: Reader, pictures: Sequence[Labelled], pages: Sequence[Written]
) -> tuple[Seen, NDArray[np.integer], NDArray[np.floating]]:
    """What the finder sees of a person's digits, in their pictures and on pages of them.

    Returns also the labels, int [N], and how much of a picture each mark counts: float [N].
    """
    places = [(picture.piece, picture.box[None], [picture.label]) for picture in pictures]
    places += [(written.page.grey, written.page.boxes, written.labels) for written in pages]
    features, classes, labels, shares = [], [], [], []
    for grey, boxes, written_there in places:
        marks, seen = reader.finder.see(_levels(grey, float(np.median(boxes[:, 2:].max(axis=1)))))
        for box, label in zip(boxes, written_there, strict=True):
            same = np.flatnonzero(_overlap(marks.boxes, box) > _SAME)
            features.append(seen.features[same])
            classes.append(seen.classes[same])
            labels.append(np.full(len(same), label))
            shares.append(np.full(len(same), 1 / max(1, len(same))))
    everything = np.concatenate(shares)
    scale = len(pictures) / max(1e-9, float(everything.sum()))
    return (
        Seen(np.concatenate(features), np.concatenate(classes)),
        np.concatenate(labels),
        everything * scale,
    )


def other_marks(rng: Generator, reader: Reader, tiles: int = _TILES) -> Seen:
    """What the finder sees of other people's digits, of letters, signs, print and paper.

    tiles: how many of the pictures that it was trained on are made anew.
    """
    ingredients = Ingredients(_bank("train"), LetterBank("train"), PrintBank())
    found = []
    for _ in range(tiles):
        levels = pyramid(make_tile(rng, ingredients).grey)
        found.append(reader.finder.see([level for level in levels if level.scale[0] <= 1])[1])
    return Seen(
        np.concatenate([seen.features for seen in found]),
        np.concatenate([seen.classes for seen in found]),
    )


def right_alone(reader: Reader, pictures: Sequence[Labelled]) -> float:
    """Share of pictures whose one digit is read and right; of "none", that are refused."""
    readings = (reader.read(str(picture.path), one=True) for picture in pictures)
    right = [
        reading.text in ("", "?") if picture.label == NONE else reading.text == str(picture.label)
        for picture, reading in zip(pictures, readings, strict=True)
    ]
    return float(np.mean(right))


def right_on_pages(reader: Reader, pages: Sequence[Written]) -> float:
    """Share of the digits on pages that are read, and right; of "none", not read."""
    right = []
    for written in pages:
        seen = reader.inspect(written.page.grey)
        digits, marks = seen.reading.digits, seen.boxes
        for box, label in zip(written.page.boxes, written.labels, strict=True):
            same = np.flatnonzero(_overlap(marks, box) > _SAME)
            read = {digits[index].digit for index in same if digits[index].accepted}
            right.append(read == (set() if label == NONE else {label}))
    return float(np.mean(right))


def _bank(split: str) -> DigitBank:
    """Without MNIST, which may not be on this machine."""
    none = np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.int64)
    if split == "aside":
        return DigitBank(*none, "aside", sources=("hands",))
    return DigitBank(*none, "train", sources=("hands", "forms"))


def _levels(grey: NDArray[np.uint8], side: float) -> list[Level]:
    """The scales at which the finder knows marks whose longer side is `side` pixels."""
    return [level for level in pyramid(grey) if side * level.scale[0] < SIDES[-1]]


def _lots(order: list[int]) -> list[list[int]]:
    return [order[at : at + _A_PAGE] for at in range(0, len(order), _A_PAGE)]


def _overlap(boxes: NDArray[np.float32], box: NDArray[np.float32]) -> NDArray[np.float32]:
    """Of each box, float32 [N, 4], the area in common with one, as a share of their union."""
    low = np.maximum(boxes[:, :2] - boxes[:, 2:] / 2, box[:2] - box[2:] / 2)
    high = np.minimum(boxes[:, :2] + boxes[:, 2:] / 2, box[:2] + box[2:] / 2)
    common = np.maximum(high - low, 0).prod(axis=1)
    shares: NDArray[np.float32] = common / (boxes[:, 2:].prod(axis=1) + box[2:].prod() - common)
    return shares

"""A row of the benchmark of reading, and the pictures of one row."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SEED = 20

Picture = NDArray[np.uint8]


@dataclass(frozen=True)
class Case:
    """A picture or its file, and its lines, `?` for a sign: no line where it holds no digit.

    one: it is read as a picture of one digit, not as a page.
    base: the number of the same picture, as it is, in the row that this is compared with.
    """

    source: str
    picture: Picture | Path
    answer: list[str]
    one: bool = True
    base: int | None = None


@dataclass(frozen=True)
class Row:
    """One row of the table. make: the case of a number below `count`, always the same; None
    where there is none. quick: how many of them give a first picture. base: the row whose
    pictures these are, changed.
    """

    name: str
    count: int
    make: Callable[[int], Case | None]
    quick: int = 24
    base: str = ""


@dataclass(frozen=True)
class Folders:
    """Where pictures lie: photos (single, drawings, pages, strings, sets), strokes of hands."""

    photos: Path
    hands: Path


def random_of(index: int) -> np.random.Generator:
    return np.random.default_rng([SEED, index])


def file_row(name: str, files: list[tuple[Path, str, str]], *, one: bool = True) -> Row:
    def case(index: int) -> Case:
        path, answer, source = files[index]
        return Case(source, path, answer.split("/"), one)

    return Row(name, len(files), case, 60)


def listed(folder: Path) -> list[tuple[Path, str, str]]:
    """Path, answer and source of the pictures in labels.csv."""
    with (folder / "labels.csv").open(newline="") as file:
        return [(folder / r["file"], r["answer"], r["source"]) for r in csv.DictReader(file)]

"""What `benchmarks/reading.py` measures: every row of its table, picture by picture."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from compose import disturbed, flagged_one, page, single
from no_digits import FIRST_LETTERS, OTHER_LETTERS, blank, letter, scribble, texture
from numpy.typing import NDArray
from photograph import jpeg
from PIL import Image, ImageOps

from digitnet.training import RECIPES, load_mnist

SEED = 20
ANGLES = (-10, 5, 10)  # degrees
NO_DIGITS = {"scribbles": scribble, "textures": texture, "blanks": blank}

Picture = NDArray[np.uint8]


@dataclass(frozen=True)
class Case:
    """A picture, and its lines without spaces: none where it holds no digit.

    one: it is read as a picture of one digit, not as a page.
    """

    source: str
    picture: Picture
    answer: list[str]
    one: bool = True


@dataclass(frozen=True)
class Row:
    """One row of the table. make: the case of a number below `count`, always the same."""

    name: str
    count: int
    make: Callable[[int], Case]


def rows(photos: Path, *, kept_aside: bool = False) -> Iterator[Row]:
    """All rows; `photos` holds the folders single, pages and sets, each with its answers.

    kept_aside: MNIST's digits are those training images that no network was trained on; the
    temperature and the threshold of refusal were fitted on them.
    """
    yield from _photo_rows(photos / "single")
    yield _page_row(photos / "pages")
    dataset = load_mnist("full")
    if kept_aside:  # as `train --recipe reading` and `train-touching` keep them
        recipe = RECIPES["reading"]
        dataset = dataset.with_holdout(recipe.holdout, recipe.seed)
    images, labels = dataset.eval_images[:, 0].numpy(), dataset.eval_labels.numpy()

    def composed_page(index: int) -> Case:
        picture, answer = page(_random(index), images, labels)
        return Case("composed", picture, [line.replace(" ", "") for line in answer], one=False)

    def composed_single(index: int) -> Case:
        return Case("composed", single(_random(index), images[index]), [str(labels[index])])

    yield Row("composed pages", 200, composed_page)
    yield Row("composed singles", 1000, composed_single)
    yield Row("ones with a flag", 400, lambda i: Case("drawn", flagged_one(_random(i)), ["1"]))
    for path in sorted((photos / "sets").glob("*.npz")):
        with np.load(path) as arrays:
            yield _set_row(path.stem, arrays["images"], arrays["labels"])
    yield _set_row("MNIST", images, labels)
    yield _set_row("MNIST, disturbed", images, labels, disturbed)
    yield Row("letters A to J", 900, partial(_letter_case, FIRST_LETTERS))
    yield Row("other letters", 620, partial(_letter_case, OTHER_LETTERS))
    yield Row("no digits", 900, partial(_no_digit_case, True))
    yield Row("no digits, as pages", 900, partial(_no_digit_case, False))


def _random(index: int) -> np.random.Generator:
    return np.random.default_rng([SEED, index])


def _photo_rows(folder: Path) -> Iterator[Row]:
    photos = _listed(folder)

    def case(change: Callable[[Picture], Picture], index: int) -> Case:
        path, answer, source = photos[index]
        return Case(source, change(_opened(path)), [answer])

    def turned(index: int) -> Case:
        return case(partial(_rotated, ANGLES[index % len(ANGLES)]), index // len(ANGLES))

    yield Row("photos", len(photos), partial(case, lambda photo: photo))
    yield Row("photos, rotated", len(photos) * len(ANGLES), turned)
    yield Row("photos, a third", len(photos), partial(case, _third))
    yield Row("photos, JPEG 40", len(photos), partial(case, lambda photo: jpeg(photo, 40)))


def _page_row(folder: Path) -> Row:
    pages = _listed(folder)

    def case(index: int) -> Case:
        path, answer, source = pages[index]
        return Case(source, _opened(path), answer.replace(" ", "").split("/"), one=False)

    return Row("pages", len(pages), case)


def _set_row(
    name: str,
    images: NDArray[np.uint8],
    labels: NDArray[np.integer],
    change: Callable[[np.random.Generator, Picture], Picture] = lambda _, image: image,
) -> Row:
    def case(index: int) -> Case:
        return Case("all", change(_random(index), images[index]), [str(labels[index])])

    return Row(name, len(images), case)


def _letter_case(letters: str, index: int) -> Case:
    character = letters[index % len(letters)]
    return Case(character, letter(_random(index), character), [])


def _no_digit_case(one: bool, index: int) -> Case:
    kind = [*NO_DIGITS][index % len(NO_DIGITS)]
    return Case(kind, NO_DIGITS[kind](_random(index)), [], one)


def _listed(folder: Path) -> list[tuple[Path, str, str]]:
    """Path, answer and source of the pictures in labels.csv."""
    with (folder / "labels.csv").open(newline="") as file:
        return [(folder / r["file"], r["answer"], r["source"]) for r in csv.DictReader(file)]


def _opened(path: Path) -> Picture:
    with Image.open(path) as image:
        return np.asarray(ImageOps.exif_transpose(image).convert("RGB"))


def _rotated(degrees: float, photo: Picture) -> Picture:
    """Turned about its middle; the corners repeat the photo's edge."""
    height, width = photo.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    return cv2.warpAffine(photo, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)


def _third(photo: Picture) -> Picture:
    return cv2.resize(photo, None, fx=1 / 3, fy=1 / 3, interpolation=cv2.INTER_AREA)

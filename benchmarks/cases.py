"""What `benchmarks/reading.py` measures: every row of its table, picture by picture.

Nothing here imports digitnet: the same pictures go to every version that is compared.
"""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from compose import disturbed, flagged_one, page, single
from forms import form
from mnist import Digits, kept_aside_digits, test_digits
from no_digits import FIRST_LETTERS, OTHER_LETTERS, blank, letter, scribble, texture
from numpy.typing import NDArray
from photograph import jpeg
from PIL import Image, ImageOps
from surround import MATERIALS, on_table, with_margin
from written import drawn_characters

SEED = 20
ANGLES = (-10, 5, 10)  # degrees
TURNS = (90, 180, 270)
# What a person could not tell: digits that are digits upside down as well.
UPSIDE_DOWN = set("01689")
COMPOSED = ("plain", "form", "signs", "table")
NO_DIGITS = {"scribbles": scribble, "textures": texture, "blanks": blank}
LETTERS = "AEFHKMNPRTUVWX"  # that no digit resembles, large and small
SIGNS = "#$%&*+=?@;:"  # that no stroke of a digit resembles

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


def rows(folders: Folders, *, kept_aside: bool = False) -> Iterator[Row]:
    """All rows, or, of kept_aside, those of made-up pictures, made from MNIST's images that no
    network was trained on: to choose by.
    """
    digits = kept_aside_digits() if kept_aside else test_digits()
    if not kept_aside:
        yield from _photo_rows(folders.photos)
        yield from _page_rows(folders.photos / "pages")
        yield from _string_rows(folders.photos / "strings")
    yield from _composed_rows(digits)
    if not kept_aside:
        yield from _set_rows(folders)
    yield _image_row("MNIST", *digits)
    yield _image_row("MNIST, disturbed", *digits, change=disturbed)
    yield Row("letters A to J", 900, partial(_letter_case, FIRST_LETTERS), 45)
    yield Row("other letters", 620, partial(_letter_case, OTHER_LETTERS), 31)
    yield Row("no digits", 900, partial(_no_digit_case, True), 60)
    yield Row("no digits, as pages", 900, partial(_no_digit_case, False), 45)


def _random(index: int) -> np.random.Generator:
    return np.random.default_rng([SEED, index])


def _photo_rows(folder: Path) -> Iterator[Row]:
    photos, drawings = _listed(folder / "single"), _listed(folder / "drawings")

    def case(change: Callable[[Picture], Picture], index: int) -> Case:
        path, answer, source = photos[index]
        return Case(source, change(_opened(path)), [answer])

    def turned(index: int) -> Case:
        return case(partial(_rotated, ANGLES[index % len(ANGLES)]), index // len(ANGLES))

    yield _file_row("photos", photos)
    yield Row("photos, rotated", len(photos) * len(ANGLES), turned, 60)
    yield Row("photos, a third", len(photos), partial(case, _third), 60)
    yield Row("photos, JPEG 40", len(photos), partial(case, lambda photo: jpeg(photo, 40)), 30)
    yield _file_row("drawings", drawings)
    yield _file_row("photos, as pages", photos, one=False)
    yield _file_row("drawings, as pages", drawings, one=False)


def _page_rows(folder: Path) -> Iterator[Row]:
    pages = _listed(folder)

    def changed(change: Callable[[int, Picture], Picture], index: int) -> Case:
        path, answer, source = pages[index]
        picture = change(index, _opened(path))
        return Case(source, picture, answer.split("/"), one=False, base=index)

    def quarter_turned(degrees: int, index: int) -> Case | None:
        if degrees == 180 and UPSIDE_DOWN.issuperset(pages[index][1].replace(" ", "")):
            return None
        return changed(lambda _, picture: np.rot90(picture, degrees // 90), index)

    yield _file_row("pages", pages, one=False)
    for material in MATERIALS:
        for sides in (1, 2, 4):
            put = partial(_margin, material, sides)
            name = f"pages, {material} on {sides} side" + "s" * (sides > 1)
            yield Row(name, len(pages), partial(changed, put), 14, base="pages")
    for degrees in TURNS:
        make = partial(quarter_turned, degrees)
        yield Row(f"pages, turned {degrees}", len(pages), make, 28, base="pages")


def _margin(material: str, sides: int, index: int, picture: Picture) -> Picture:
    return with_margin(_random(index), picture, material, sides)


def _string_rows(folder: Path) -> Iterator[Row]:
    strings = _listed(folder)
    for source in ("tablet", "cheque"):
        mine = [string for string in strings if string[2] == source]
        yield _file_row(f"strings, {source}", mine, one=False)


def _composed_rows(digits: Digits) -> Iterator[Row]:
    def composed(index: int) -> tuple[str, Picture, list[str]]:
        kind, random = COMPOSED[index % len(COMPOSED)], _random(index)
        if kind == "form":
            return kind, *form(random, *digits)
        picture, answer = page(random, *digits, signs=0.2 if kind == "signs" else 0.0)
        return kind, on_table(random, picture) if kind == "table" else picture, answer

    def composed_page(index: int) -> Case:
        kind, picture, answer = composed(index)
        return Case(kind, picture, answer, one=False)

    def turned(index: int) -> Case:
        kind, picture, answer = composed(index)
        picture = np.rot90(picture, 1 + index // len(COMPOSED) % 3)
        return Case(kind, picture, answer, one=False, base=index)

    def composed_single(index: int) -> Case:
        picture = single(_random(index), digits[0][index])
        return Case("composed", picture, [str(digits[1][index])])

    yield Row("composed pages", 320, composed_page, 40)
    yield Row("composed pages, turned", 160, turned, base="composed pages")
    yield Row("composed singles", 1000, composed_single, 60)
    yield Row("ones with a flag", 400, lambda i: Case("drawn", flagged_one(_random(i)), ["1"]))


def _set_rows(folders: Folders) -> Iterator[Row]:
    for name in ("opencv_digits", "optdigits_windep", "tablet_digits"):
        with np.load(folders.photos / f"sets/{name}.npz") as arrays:
            sources = arrays.get("source", np.full(len(arrays["labels"]), "all"))
            yield _image_row(name, arrays["images"], arrays["labels"], sources)
    yield _image_row("pendigits", *drawn_characters(folders.hands / "pendigits-test.npz"))
    letters = LETTERS + LETTERS.lower()
    for title, names, wanted in (
        ("tablet letters", ("tablet_upper", "tablet_lower"), letters),
        ("tablet signs", ("tablet_symbols",), SIGNS),
    ):
        kept = []
        for name in names:
            with np.load(folders.photos / f"sets/{name}.npz") as arrays:
                found = np.isin(arrays["labels"], list(wanted))
                kept += [(name, image) for image in arrays["images"][found]]
        yield Row(title, len(kept), partial(_refused_case, kept), 60)


def _refused_case(kept: list[tuple[str, Picture]], index: int) -> Case:
    source, image = kept[index]
    return Case(source, image, [])


def _file_row(name: str, files: list[tuple[Path, str, str]], *, one: bool = True) -> Row:
    def case(index: int) -> Case:
        path, answer, source = files[index]
        return Case(source, path, answer.split("/"), one)

    return Row(name, len(files), case, 60)


def _image_row(
    name: str,
    images: NDArray[np.uint8],
    labels: NDArray[np.integer],
    sources: NDArray[np.str_] | None = None,
    *,
    change: Callable[[np.random.Generator, Picture], Picture] = lambda _, image: image,
) -> Row:
    def case(index: int) -> Case:
        source = "all" if sources is None else str(sources[index])
        return Case(source, change(_random(index), images[index]), [str(labels[index])])

    return Row(name, len(images), case, 100)


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
    """A file's pixels, to be changed: upright, what is transparent white."""
    with Image.open(path) as image:
        upright = ImageOps.exif_transpose(image).convert("RGBA")
    white = Image.new("RGBA", upright.size, "white")
    return np.asarray(Image.alpha_composite(white, upright).convert("RGB"))


def _rotated(degrees: float, photo: Picture) -> Picture:
    """Turned about its middle; the corners repeat the photo's edge."""
    height, width = photo.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    return cv2.warpAffine(photo, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)


def _third(photo: Picture) -> Picture:
    return cv2.resize(photo, None, fx=1 / 3, fy=1 / 3, interpolation=cv2.INTER_AREA)

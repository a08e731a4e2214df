"""What `benchmarks/reading.py` measures: every row of its table, picture by picture.

Nothing here imports digitnet: the same pictures go to every version that is compared.
"""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from compose import page
from forms import form
from mnist import Digits, kept_aside_digits, test_digits
from no_digits import FIRST_LETTERS, OTHER_LETTERS, blank, letter, scribble, texture
from numpy.typing import NDArray
from photo_rows import page_rows, photo_rows, string_rows
from row import Case, Folders, Picture, Row, random_of
from singles import disturbed, flagged_one, single
from surround import on_table
from written import drawn_characters

COMPOSED = ("plain", "form", "signs", "table")
NO_DIGITS = {"scribbles": scribble, "textures": texture, "blanks": blank}
LETTERS = "AEFHKMNPRTUVWX"  # that no digit resembles, large and small
SIGNS = "#$%&*+=?@;:"  # that no stroke of a digit resembles


def rows(folders: Folders, *, kept_aside: bool = False) -> Iterator[Row]:
    """All rows, or, of kept_aside, those of made-up pictures, made from MNIST's images that no
    network was trained on: to choose by.
    """
    digits = kept_aside_digits() if kept_aside else test_digits()
    if not kept_aside:
        yield from photo_rows(folders.photos)
        yield from page_rows(folders.photos / "pages")
        yield from string_rows(folders.photos / "strings")
    yield from _composed_rows(digits)
    if not kept_aside:
        yield from _set_rows(folders)
    yield _image_row("MNIST", *digits)
    yield _image_row("MNIST, disturbed", *digits, change=disturbed)
    yield Row("letters A to J", 900, partial(_letter_case, FIRST_LETTERS), 45)
    yield Row("other letters", 620, partial(_letter_case, OTHER_LETTERS), 31)
    yield Row("no digits", 900, partial(_no_digit_case, True), 60)
    yield Row("no digits, as pages", 900, partial(_no_digit_case, False), 45)


def _composed_rows(digits: Digits) -> Iterator[Row]:
    def composed(index: int) -> tuple[str, Picture, list[str]]:
        kind, random = COMPOSED[index % len(COMPOSED)], random_of(index)
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
        which = index % len(digits[0])
        picture = single(random_of(index), digits[0][which])
        return Case("composed", picture, [str(digits[1][which])])

    yield Row("composed pages", 320, composed_page, 28)
    yield Row("composed pages, turned", 160, turned, 12, base="composed pages")
    yield Row("composed singles", 1000, composed_single, 60)
    yield Row("ones with a flag", 400, lambda i: Case("drawn", flagged_one(random_of(i)), ["1"]))


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
        return Case(source, change(random_of(index), images[index]), [str(labels[index])])

    return Row(name, len(images), case, 100)


def _letter_case(letters: str, index: int) -> Case:
    character = letters[index % len(letters)]
    return Case(character, letter(random_of(index), character), [])


def _no_digit_case(one: bool, index: int) -> Case:
    kind = [*NO_DIGITS][index % len(NO_DIGITS)]
    return Case(kind, NO_DIGITS[kind](random_of(index)), [], one)

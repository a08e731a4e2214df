"""Rows of other people's pictures: as they are, turned, shrunk, with a margin, on their side."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from photograph import jpeg
from PIL import Image, ImageOps
from row import Case, Picture, Row, file_row, listed, random_of
from surround import MATERIALS, with_margin

ANGLES = (-10, 5, 10)  # degrees
TURNS = (90, 180, 270)
# What a person could not tell: digits that are digits upside down as well.
UPSIDE_DOWN = set("01689")


def photo_rows(folder: Path) -> Iterator[Row]:
    photos, drawings = listed(folder / "single"), listed(folder / "drawings")

    def case(change: Callable[[Picture], Picture], index: int) -> Case:
        path, answer, source = photos[index]
        return Case(source, change(_opened(path)), [answer])

    def turned(index: int) -> Case:
        return case(partial(_rotated, ANGLES[index % len(ANGLES)]), index // len(ANGLES))

    yield file_row("photos", photos)
    yield Row("photos, rotated", len(photos) * len(ANGLES), turned, 60)
    yield Row("photos, a third", len(photos), partial(case, _third), 60)
    yield Row("photos, JPEG 40", len(photos), partial(case, lambda photo: jpeg(photo, 40)), 30)
    yield file_row("drawings", drawings)
    yield file_row("photos, as pages", photos, one=False)
    yield file_row("drawings, as pages", drawings, one=False)


def page_rows(folder: Path) -> Iterator[Row]:
    pages = listed(folder)

    def changed(change: Callable[[int, Picture], Picture], index: int) -> Case:
        path, answer, source = pages[index]
        picture = change(index, _opened(path))
        return Case(source, picture, answer.split("/"), one=False, base=index)

    def quarter_turned(degrees: int, index: int) -> Case | None:
        if degrees == 180 and UPSIDE_DOWN.issuperset(pages[index][1].replace(" ", "")):
            return None
        return changed(lambda _, picture: np.rot90(picture, degrees // 90), index)

    yield file_row("pages", pages, one=False)
    for material in MATERIALS:
        for sides in (1, 2, 4):
            put = partial(_margin, material, sides)
            name = f"pages, {material} on {sides} side" + "s" * (sides > 1)
            yield Row(name, len(pages), partial(changed, put), 9, base="pages")
    for degrees in TURNS:
        make = partial(quarter_turned, degrees)
        yield Row(f"pages, turned {degrees}", len(pages), make, 14, base="pages")


def _margin(material: str, sides: int, index: int, picture: Picture) -> Picture:
    return with_margin(random_of(index), picture, material, sides)


def string_rows(folder: Path) -> Iterator[Row]:
    strings = listed(folder)
    for source in ("tablet", "cheque"):
        mine = [string for string in strings if string[2] == source]
        yield file_row(f"strings, {source}", mine, one=False)


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

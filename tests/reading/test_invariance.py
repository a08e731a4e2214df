"""What needs no labels: a page read again, changed in a way that leaves its digits as they are."""

import io
from collections.abc import Callable
from difflib import SequenceMatcher

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from digitnet.reading import Reader

PAGES = 30
KEPT = 0.97  # of the digits that were read before

Picture = NDArray[np.uint8]


def made_up_page(random: np.random.Generator, images: Picture) -> Picture:
    """Lines of digits of one pen on paper, unevenly lit: uint8 [H, W]."""
    height = random.integers(24, 44)
    columns, rows = random.integers(4, 9), random.integers(2, 5)
    pitch = round(height * random.uniform(1.0, 1.3)), round(height * random.uniform(1.6, 2.2))
    ink = np.zeros((rows * pitch[1] + 2 * height, columns * pitch[0] + 2 * height), np.uint8)
    for row in range(rows):
        for column in range(columns):
            digit = cv2.resize(
                images[random.integers(len(images))], (height, height), interpolation=cv2.INTER_AREA
            )
            x, y = height + column * pitch[0], height + row * pitch[1] + random.integers(-2, 3)
            place = ink[y : y + height, x : x + height]
            np.maximum(place, digit, out=place)
    ink = cv2.resize(ink, None, fx=1.6, fy=1.6, interpolation=cv2.INTER_CUBIC)
    light = np.linspace(random.uniform(0.75, 1), 1, ink.shape[1]) * random.uniform(190, 250)
    picture = light * (1 - ink / 255 * random.uniform(0.5, 0.85))
    return np.clip(picture + random.normal(0, 2, ink.shape), 0, 255).astype(np.uint8)


def margin(picture: Picture) -> Picture:
    side = round(0.15 * max(picture.shape))
    return cv2.copyMakeBorder(picture, *[side] * 4, cv2.BORDER_REPLICATE)


def table(picture: Picture) -> Picture:
    """The page on dark wood, which shows on three sides."""
    side = round(0.2 * max(picture.shape))
    page = cv2.copyMakeBorder(picture, 0, side, side, side, cv2.BORDER_CONSTANT, value=60)
    rows, columns = np.mgrid[: page.shape[0], : page.shape[1]]
    grain = 8 * np.sin(columns / 9 + 2 * np.sin(rows / 60))
    outside = page == 60
    return np.where(outside, 60 + grain, page).astype(np.uint8)


def scaled(factor: float) -> Callable[[Picture], Picture]:
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return lambda picture: cv2.resize(picture, None, fx=factor, fy=factor, interpolation=method)


def recompressed(picture: Picture) -> Picture:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "jpeg", quality=40)
    return np.asarray(Image.open(buffer))


CHANGES = {
    "a margin": margin,
    "a dark table": table,
    "inverted": lambda picture: 255 - picture,
    "0.7 times as large": scaled(0.7),
    "1.5 times as large": scaled(1.5),
    "a quarter turn": lambda picture: np.ascontiguousarray(np.rot90(picture)),
    "upside down": lambda picture: np.ascontiguousarray(np.rot90(picture, 2)),
    "recompressed": recompressed,
}


@pytest.fixture(scope="module")
def pages(reader, sample) -> list[tuple[Picture, str]]:
    """Pages and what is read on them."""
    random = np.random.default_rng(16)
    images = sample.eval_images[:, 0].numpy()
    made = [made_up_page(random, images) for _ in range(PAGES)]
    return [(page, reader.read(page).text) for page in made]


def kept(before: str, after: str) -> int:
    """How many digits of a text stand in another, in the same order."""
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    return sum(
        character.isdigit()
        for block in blocks
        for character in before[block.a : block.a + block.size]
    )


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_a_page_changed_is_read_as_before(reader: Reader, pages, change):
    both = [(text, reader.read(CHANGES[change](page)).text) for page, text in pages]
    digits = sum(character.isdigit() for text, _ in both for character in text)
    assert digits > 15 * PAGES  # there was something to keep
    assert sum(kept(*pair) for pair in both) >= KEPT * digits

"""Groups of the page generator's ingredients, and tiles without one of them."""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import cv2
import numpy as np
import torch

from digitnet.training.finder.padded_tiles import PaddedTiles
from digitnet.training.finder.tile_pool import TilePool, make_chunk
from digitnet.training.pages.digits import SOURCES, DigitBank
from digitnet.training.pages.ingredients import Ingredients
from digitnet.training.pages.letters import LetterBank
from digitnet.training.pages.print import PrintBank
from digitnet.training.pages.tile import Tile, make_tile

CHUNK = 16  # tiles a process makes at a time


@dataclass(frozen=True)
class Group:
    """sources: of digits, those that stay. without: what `make_tile` leaves out."""

    sources: tuple[str, ...] = SOURCES
    without: tuple[str, ...] = ()


GROUPS = {
    "other hands and forms": Group(sources=("mnist",)),
    "programmed forms": Group(sources=("mnist", "hands")),
    "letters, words, print, scribbles": Group(
        without=("letters", "words", "print", "scribbles")
    ),  # letters and signs inside of lines stay
    "arrangements but lines": Group(without=("cells", "column", "scattered", "alone")),
    "boxes and rules": Group(without=("boxes", "rules")),
    "paper": Group(
        without=("grain", "security", "newsprint", "lined", "stains", "rings", "folds", "specks")
    ),
    "surroundings": Group(
        without=("sheet", "thing", "desk", "pen", "fingers", "border", "no paper")
    ),
    "camera": Group(
        without=(
            *("light", "shadow", "vignette", "blur", "moire", "tone", "noise"),
            *("resolution", "sharpening", "threshold", "posterise", "jpeg"),
        )
    ),
    "crops and giants": Group(without=("crop", "giant")),
}


def filled(
    workers: ProcessPoolExecutor, group: Group, tiles: int, device: torch.device
) -> TilePool:
    pool = TilePool(tiles, device)
    chunks = -(-tiles // CHUNK)
    for chunk in workers.map(train_tiles, [group] * chunks, range(chunks)):
        pool.add(PaddedTiles.of(chunk))
    return pool


def start(images: np.ndarray, labels: np.ndarray) -> None:
    """In each process that makes tiles."""
    global DIGITS
    cv2.setNumThreads(1)
    DIGITS, BANKS["aside"] = (images, labels), Ingredients.of(images, labels, "aside")


BANKS: dict[object, Ingredients] = {}


def train_tiles(group: Group, number: int) -> dict[str, np.ndarray]:
    if group.sources not in BANKS:
        bank = DigitBank(*DIGITS, pool=6000, fresh=0.1, sources=group.sources)
        BANKS[group.sources] = Ingredients(bank, LetterBank(), PrintBank())
    return make_chunk(BANKS[group.sources], [5, number], frozenset(group.without), CHUNK)


def aside_tiles(number: int) -> list[Tile]:
    rng = np.random.default_rng([777, number])
    return [make_tile(rng, BANKS["aside"]) for _ in range(CHUNK)]

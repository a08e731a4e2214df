"""A contact sheet: many pictures of one ingredient of the made-up pages, to be looked at.

python benchmarks/contact_sheet.py digits sheet.png --source forms --label 1
python benchmarks/contact_sheet.py signs sheet.png
"""

import argparse
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from digitnet.training.data.mnist import load_mnist
from digitnet.training.pages.digits import DigitBank
from digitnet.training.pages.letters import LetterBank
from digitnet.training.pages.print import PrintBank
from digitnet.training.pages.scribbles import draw_crossing_out, draw_scribble
from digitnet.training.pages.signs import draw_sign

INGREDIENTS = ("digits", "signs", "letters", "words", "scribbles", "crossings", "print")
Picture = NDArray[np.uint8]


def lay_out(pictures: list[Picture], columns: int, cell: int) -> Picture:
    """Pictures (light ink on black, any sizes) in a grid of white cells, dark ink on it."""
    rows = -(-len(pictures) // columns)
    sheet = np.full((rows * cell, columns * cell), 255, np.uint8)
    for index, picture in enumerate(pictures):
        scale = min(1.0, (cell - 6) / max(picture.shape))
        height, width = (max(1, round(side * scale)) for side in picture.shape)
        small = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
        y, x = divmod(index, columns)
        top = y * cell + (cell - small.shape[0]) // 2
        left = x * cell + (cell - small.shape[1]) // 2
        sheet[top : top + small.shape[0], left : left + small.shape[1]] = 255 - small
    return sheet


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("ingredient", choices=INGREDIENTS)
    parser.add_argument("sheet", type=Path)
    parser.add_argument("--source", choices=["mnist", "hands", "forms"])
    parser.add_argument("--label", type=int)
    parser.add_argument("--pen", type=float, help="pen over height; without it, 0.02 to 0.2")
    parser.add_argument("--count", type=int, default=120)
    parser.add_argument("--columns", type=int, default=15)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--cell", type=int, default=80)
    args = parser.parse_args()
    rng = np.random.default_rng(args.seed)
    draw = _drawer(args)
    pictures = []
    for _ in range(args.count):
        pen = args.pen or float(np.exp(rng.uniform(np.log(0.02), np.log(0.2))))
        pictures.append(draw(rng, pen))
    cv2.imwrite(str(args.sheet), lay_out(pictures, args.columns, args.cell))


def _drawer(args: argparse.Namespace) -> Callable[[Generator, float], Picture]:
    match args.ingredient:
        case "digits":
            return _digit_drawer(args)
        case "signs":
            return lambda rng, pen: draw_sign(rng, pen)[0]
        case "letters":
            return LetterBank().draw_letter
        case "words":
            return LetterBank().draw_word
        case "scribbles":
            return lambda rng, pen: draw_scribble(rng, 96, pen * 96)
        case "crossings":
            return lambda rng, pen: draw_crossing_out(rng, 96, 60, pen * 96)
        case _:
            bank = PrintBank()
            return lambda rng, _: bank.draw_print(rng)[0]


def _digit_drawer(args: argparse.Namespace) -> Callable[[Generator, float], Picture]:
    dataset = load_mnist()
    bank = DigitBank(dataset.train_images[:, 0].numpy(), dataset.train_labels.numpy())

    def draw(rng: Generator, pen: float) -> Picture:
        label = int(rng.integers(10)) if args.label is None else args.label
        return bank.draw_fresh(rng, pen, label, args.source)

    return draw


if __name__ == "__main__":
    main()

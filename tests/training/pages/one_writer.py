"""A writer with a plain style, for tests."""

import numpy as np

from digitnet.training.pages.sheet import Sheet
from digitnet.training.pages.targets import NO_DIGIT
from digitnet.training.pages.writing import Style, Writer

SIDE = 512
HEIGHT = 50.0
PLAIN = Style(
    height=HEIGHT,
    pen=4.0,
    slant=0.0,
    width=1.0,
    uneven=0.05,
    gap=(0.1, 0.3),
    depth=1.0,
    zero=1.0,
    angle=0.0,
    joined=False,
    kerned=False,
)


def writer(ingredients, seed=0, style=PLAIN):
    rng = np.random.default_rng(seed)
    banks = (ingredients.digits, ingredients.letters, ingredients.prints)
    return Writer(rng, Sheet(SIDE), *banks, style, ingredients.digits.hand(rng))


def digits(sheet):
    return [mark for mark in sheet.marks if mark[4] != NO_DIGIT]

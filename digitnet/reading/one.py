"""A picture of exactly one digit -> which, by both networks."""

import numpy as np
from numpy.typing import NDArray

from digitnet.mnist_format import SIZE
from digitnet.reading.accept import calibrated
from digitnet.reading.finder import NO_MARKS, Finder, Marks
from digitnet.reading.inspection import Inspection, digit_of, image_of, reading_of
from digitnet.reading.look import look
from digitnet.reading.merge import merge, wholes
from digitnet.reading.network import Network
from digitnet.reading.picture import Picture
from digitnet.reading.result import TextLine
from digitnet.reading.single import (
    FINDER_WEIGHT,
    IN_FORM_WEIGHT,
    SURE,
    TAUGHT_WEIGHT,
    around,
    both,
    candidates,
    in_mnist_form,
    other_digits,
)


def read_one(
    finder: Finder, network: Network, picture: Picture, grey: NDArray[np.uint8]
) -> tuple[Inspection, Marks]:
    """The one digit of a picture, and every mark that was found in it.

    grey: uint8 [h, w], the picture's pixels.
    """
    if in_mnist_form(grey) and not finder.taught:
        seen = _in_mnist_form(finder, network, picture, grey)
        return seen, seen.marks
    found = merge(wholes(look(finder, grey)))
    return _likeliest(finder, network, picture, grey, found), found


def _in_mnist_form(
    finder: Finder, network: Network, picture: Picture, grey: NDArray[np.uint8]
) -> Inspection:
    """A digit as the 28x28 network knows it: the finder is asked where that is not sure."""
    own, found, networks = network(grey[None]), NO_MARKS, "digitnet"
    shares = own.shares[0]
    if shares.max() < SURE:
        found = candidates(grey, merge(wholes(look(finder, grey))))
    if len(found):
        shares, networks = both(found[:1], own, IN_FORM_WEIGHT)[0], "both"
    confidence = float(calibrated(shares.max(), finder.metadata, "in_form"))
    box = np.array([SIZE / 2, SIZE / 2, SIZE, SIZE])
    line = TextLine((digit_of(picture, grey, box, shares, confidence, 0),))
    return Inspection(picture, grey, found, box[None], networks, reading_of(picture, (line,)))


def _likeliest(
    finder: Finder, network: Network, picture: Picture, grey: NDArray[np.uint8], found: Marks
) -> Inspection:
    """The likeliest of the marks that were found, judged by both networks."""
    marks, warning = candidates(grey, found), ""
    height, width = grey.shape
    box = marks.boxes[0] if len(marks) else np.array([width / 2, height / 2, width, height])
    image = image_of(grey, box)
    own = network(image[None])
    if len(marks):
        share = FINDER_WEIGHT if finder.taught is None else TAUGHT_WEIGHT
        networks = "both"
        shares = both(marks[:1], own, share)[0]
        others = other_digits(marks)
        if len(others):
            box, shares = around(marks.boxes[[0, *others]]), np.zeros(10)
            warning = f"{1 + len(others)} digits in it, expected one; read it as a page"
    else:
        networks = "digitnet"
        shares = own.shares[0]
    lines: tuple[TextLine, ...] = ()
    if image.any() or len(marks):
        confidence = float(calibrated(shares.max(), finder.metadata, "one"))
        lines = (TextLine((digit_of(picture, grey, box, shares, confidence, 0),)),)
    reading = reading_of(picture, lines, warning=warning)
    return Inspection(picture, grey, marks, box[None][: len(lines)], networks, reading)

"""A picture of exactly one digit -> which, by both networks."""

from dataclasses import dataclass, replace

import cv2
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
    SURE_ENOUGH,
    TAUGHT_WEIGHT,
    around,
    both,
    candidates,
    in_mnist_form,
    other_marks,
    together,
)
from digitnet.reading.tilt import TILTS, tilted, with_paper

_WHOLE = 128  # pixels of the longer side: enough for a digit that fills the picture


def read_one(
    finder: Finder, network: Network, picture: Picture, grey: NDArray[np.uint8]
) -> tuple[Inspection, Marks]:
    """The one digit of a picture, and every mark that was found in it.

    grey: uint8 [h, w], the picture's pixels.
    """
    if in_mnist_form(grey) and not finder.taught:
        seen = _in_mnist_form(finder, network, picture, grey)
        return seen, seen.marks
    view = _View(grey)
    found = _marks(finder, grey)
    if not len(found):
        view = _whole(grey)
        found = _marks(finder, view.grey)
    return _likeliest(finder, network, picture, grey, view, found), view.back(found)


@dataclass(frozen=True, eq=False)
class _View:
    """What is looked at in place of a picture.

    grey: uint8 [h, w], the picture times `scale`, with `room` pixels of paper on every side.
    """

    grey: NDArray[np.uint8]
    scale: float = 1.0
    room: int = 0

    def back(self, marks: Marks) -> Marks:
        """Marks of the view, where they stand in the picture."""
        return replace(marks, boxes=self.boxes_back(marks.boxes))

    def boxes_back(self, boxes: NDArray[np.float32]) -> NDArray[np.float32]:
        """Boxes of the view, float32 [..., 4], as boxes of the picture."""
        corner = np.array([self.room, self.room, 0, 0], np.float32)
        return (boxes - corner) / np.float32(self.scale)


def _whole(grey: NDArray[np.uint8]) -> _View:
    """A picture seen whole, small, with as much paper around it as it is long.

    A digit whose strokes touch the picture's edges looks like stripes, or like nothing at all.
    """
    scale = min(1.0, _WHOLE / max(grey.shape))
    if scale < 1:
        rows, columns = (max(1, round(scale * side)) for side in grey.shape)
        grey = cv2.resize(grey, (columns, rows), interpolation=cv2.INTER_AREA)
    return _View(with_paper(grey, max(grey.shape)), scale, max(grey.shape))


def _marks(finder: Finder, grey: NDArray[np.uint8]) -> Marks:
    return merge(wholes(look(finder, grey, one=True)))


def _in_mnist_form(
    finder: Finder, network: Network, picture: Picture, grey: NDArray[np.uint8]
) -> Inspection:
    """A digit as the 28x28 network knows it: the finder is asked where that is not sure."""
    own, found, networks = network(grey[None]), NO_MARKS, "digitnet"
    shares = own.shares[0]
    if shares.max() < SURE:
        found = candidates(grey, _marks(finder, grey))
    if len(found):
        shares, networks = both(found[:1], own, IN_FORM_WEIGHT)[0], "both"
    confidence = float(calibrated(shares.max(), finder.metadata, "in_form"))
    box = np.array([SIZE / 2, SIZE / 2, SIZE, SIZE])
    line = TextLine((digit_of(picture, grey, box, shares, confidence, 0),))
    return Inspection(picture, grey, found, box[None], networks, reading_of(picture, (line,)))


def _likeliest(
    finder: Finder,
    network: Network,
    picture: Picture,
    grey: NDArray[np.uint8],
    view: _View,
    found: Marks,
) -> Inspection:
    """The likeliest of the marks that were found in the view, judged by both networks.

    Where they are in doubt the view is looked at again, tilted to each side. What the looks
    disagree about, or one of them takes for several marks, is less sure.
    """
    marks = candidates(view.grey, found)
    first = _judged(finder, network, view.grey, marks)
    shares = first.shares
    if len(marks) and not first.several and shares.max() < SURE_ENOUGH:
        looks = [shares]
        for degrees in TILTS:
            again = tilted(view.grey, first.box, degrees)
            seen = candidates(again, _marks(finder, again))
            judged = _judged(finder, network, again, seen)
            # With paper around it the finder sees a digit again, or it was none.
            unseen = view.room > 0 and not len(seen)
            looks.append(np.zeros(10) if unseen else judged.shares)
        shares = together(looks)
    box = view.boxes_back(first.box)
    lines: tuple[TextLine, ...] = ()
    if first.inked or len(marks):
        confidence = float(calibrated(shares.max(), finder.metadata, "one"))
        if not len(marks):  # what the finder does not see is none, whatever the other makes of it
            confidence = 0.0
        lines = (TextLine((digit_of(picture, grey, box, shares, confidence, 0),)),)
    warning = "" if lines else "no digit is seen in it, expected one"
    if first.several:
        warning = (
            f"{first.several} marks in it, expected one digit; "
            "cut it out, or read the picture as a page"
        )
    reading = reading_of(picture, lines, warning=warning)
    return Inspection(picture, grey, view.back(marks), box[None][: len(lines)], "both", reading)


@dataclass(frozen=True, eq=False)
class _Judged:
    """What both networks make of a picture of one digit.

    shares: float64 [10], how surely it is each. box: where it stands. inked: whether the 28x28
    network saw ink there. several: how many marks there are, where there is more than one.
    """

    shares: NDArray[np.float64]
    box: NDArray[np.float32]
    inked: bool
    several: int = 0


def _judged(finder: Finder, network: Network, grey: NDArray[np.uint8], marks: Marks) -> _Judged:
    """marks: the candidates, the likeliest first."""
    height, width = grey.shape
    box = np.array([width / 2, height / 2, width, height], np.float32)
    box = marks.boxes[0] if len(marks) else box
    image = image_of(grey, box)
    own, inked = network(image[None]), bool(image.any())
    if not len(marks):
        return _Judged(own.shares[0], box, inked)
    others = other_marks(marks)
    if len(others):
        return _Judged(np.zeros(10), around(marks.boxes[[0, *others]]), inked, 1 + len(others))
    share = FINDER_WEIGHT if finder.taught is None else TAUGHT_WEIGHT
    return _Judged(both(marks[:1], own, share)[0], box, inked)

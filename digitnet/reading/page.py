"""A page -> every digit on it, in lines, whichever way up it is."""

import numpy as np
from numpy.typing import NDArray

from digitnet.reading.accept import ACCEPTED, calibrated, considered, printed
from digitnet.reading.contrast import showing_through
from digitnet.reading.finder import Finder, Marks
from digitnet.reading.inspection import Inspection, digit_of, reading_of
from digitnet.reading.lines import find_lines, quarter_turns, spaces
from digitnet.reading.look import look
from digitnet.reading.merge import merge
from digitnet.reading.picture import Picture
from digitnet.reading.result import TextLine


def read_page(
    finder: Finder, picture: Picture, grey: NDArray[np.uint8]
) -> tuple[Inspection, Marks]:
    """What is written on a page, and every mark that was found on it as it was read.

    grey: uint8 [h, w], the picture's pixels.
    """
    found = merge(look(finder, grey))
    turned = quarter_turns(found)
    if turned:
        upright = np.ascontiguousarray(np.rot90(grey, -turned))
        again = merge(look(finder, upright))
        # Few marks may mislead: the page is read both ways, and the surer reading stays.
        if _surely_read(finder, again) > _surely_read(finder, found):
            grey, found = upright, again
        else:
            turned = 0
    confidence = calibrated(found.best, finder.metadata)
    chosen = considered(found, confidence, grey)
    faint = showing_through(grey, found.boxes[chosen], confidence[chosen] >= ACCEPTED)
    marks, confidence = found[chosen[~faint]], confidence[chosen[~faint]]
    shares = marks.digits
    kept = printed(marks, confidence, find_lines(marks.boxes))
    lines = tuple(
        TextLine(
            tuple(
                digit_of(picture, grey, marks.boxes[m], shares[m], confidence[m], turned)
                for m in line
            ),
            spaces(marks.boxes[line]),
        )
        for line in kept
    )
    boxes = marks.boxes[[mark for line in kept for mark in line]]
    warning = "" if lines else "no digit is seen in it"
    reading = reading_of(picture, lines, turned=90 * turned, warning=warning)
    return Inspection(picture, grey, marks, boxes, "finder", reading), found


def _surely_read(finder: Finder, marks: Marks) -> float:
    """How much of a page is read, and how surely: letters on their side are many faint digits."""
    confidence = calibrated(marks.best, finder.metadata)
    return float(np.maximum(confidence - ACCEPTED, 0).sum())

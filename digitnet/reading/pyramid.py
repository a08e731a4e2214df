"""A picture -> itself at a few scales, local contrast evened: what the finder looks at."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.reading.drawn import (
    MARGIN,
    NOTHING_KNOWN,
    Place,
    border_grey,
    drawn_on,
    enlarged,
    framed_size,
    pixels_of,
)
from digitnet.reading.picture import page_side

# Of two scales a step apart each digit is well within the finder's sizes at one at least.
STEP = 1.5
# The finder knows digits from 15 pixels of height on: at this longer side those of a page of a
# hundred lines. Time goes with its square; what is longer than a page has as many pixels.
LARGEST = 1536
# A small picture is enlarged, so that digits of 7 pixels are known; but only as far as it stays
# quickly read: what is larger has larger digits.
MOST_ENLARGED = 2.0
MOST_PIXELS = 500_000  # of a picture that was enlarged
SMALLEST = 40  # pixels of the longer side at which the finder knows a digit as large as that;
# a picture that is smaller still is enlarged to it

_WINDOW = 63  # pixels over which contrast is evened: more than the largest digit it knows
_NOISE = 16.0  # variance of paper that is taken for plain

CLOSER_PIXELS = 2_400_000.0  # of all scales beyond the largest: as many as a large page has
_CLOSER = 1.2  # times the scale before: less shows nothing new
CLOSEST = 3.0  # digits of 7 pixels are then as large as the finder knows them well
_MOST_AT_ONCE = 20_000_000  # pixels of the whole picture, enlarged: 20 MB


@dataclass(frozen=True, eq=False)
class Scaled:
    """A picture at one scale, not evened. scale, number: as of a Level."""

    grey: NDArray[np.uint8]
    scale: tuple[float, float]
    number: int


@dataclass(frozen=True, eq=False)
class Level:
    """A picture, or what is drawn on in it, at one scale.

    pixels: float32 [h, w], evened, in -4..4; h and w multiples of CELL.
    scale: its pixels to one of the picture, across and down.
    size: width and height of the whole picture at this scale, pixels.
    corner: where the picture's corner lies in `pixels`, across and down.
    number: of its scale, 0 for the largest that every picture has; below it for a closer look.
    """

    pixels: NDArray[np.float32]
    scale: tuple[float, float]
    size: tuple[int, int]
    corner: tuple[int, int]
    number: int


def scales(grey: NDArray[np.uint8]) -> list[float]:
    """The scales that a picture, uint8 [H, W], is looked at in, the largest first."""
    longer = max(grey.shape)
    scale = _largest(grey)
    if longer <= SMALLEST:
        # One scale is enough where a legible digit is at least a third of the picture.
        return [scale]
    count = 1 + int(math.log(scale * longer / SMALLEST * STEP**0.5, STEP))
    return [scale / STEP**number for number in range(count)]


def scaled(grey: NDArray[np.uint8]) -> list[Scaled]:
    """The picture, uint8 [H, W], at each of its scales, the largest first.

    Of what is too large to be enlarged, each from the fourth on is made from the one three
    before: from the picture itself they took a tenth of a reading. From nearer ones they blur.
    """
    made: list[Scaled] = []
    for number, scale in enumerate(scales(grey)):
        source = made[number - 3].grey if number > 2 and grey.size > MOST_PIXELS else grey
        made.append(_at(grey, scale, number, source))
    return made


def pyramid(grey: NDArray[np.uint8]) -> list[Level]:
    """grey: uint8 [H, W]; returns its levels, the largest first."""
    return [level for one in scaled(grey) for level in levels_of(one)]


def closer(
    grey: NDArray[np.uint8], largest: Scaled, *, whole: bool = False
) -> Iterator[list[Level]]:
    """What is drawn on, at scales larger than the pyramid's largest, each larger than the last.

    All together have as many pixels as a large page: the less is drawn on, the closer they come.
    largest: the picture at that scale. whole: half as many, and all of the picture.
    """
    scale, one = _largest(grey), largest
    places = drawn_on(one.grey, NOTHING_KNOWN)
    if not places:
        return
    area = 2.0 * one.grey.size if whole else float(sum(pixels_of(place) for place in places))
    left = CLOSER_PIXELS
    most = min(CLOSEST, math.sqrt(_MOST_AT_ONCE / grey.size))
    while (times := min(STEP, most / scale, math.sqrt(max(left, 0) / area))) > _CLOSER:
        scale, area = scale * times, area * times**2
        left -= area
        larger = _at(grey, scale, one.number - 1, grey)
        across = larger.scale[0] / one.scale[0]
        end = framed_size(larger.grey.shape)
        places = [(enlarged(r, across, end[0]), enlarged(c, across, end[1])) for r, c in places]
        one = larger
        yield _levels_at(one, places)


def evened(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """Local mean taken off, local deviation divided by; there is no polarity any more.

    grey: float32 [H, W], 0 to 255; returns float32 [H, W] in -4..4.
    """
    window = (_WINDOW, _WINDOW)
    mean = cv2.blur(grey, window, borderType=cv2.BORDER_REFLECT)
    variance = cv2.blur(grey * grey, window, borderType=cv2.BORDER_REFLECT) - mean * mean
    return np.clip((grey - mean) / np.sqrt(np.maximum(variance, 0) + _NOISE), -4, 4)


def _evened_part(grey: NDArray[np.uint8], rows: slice, columns: slice) -> NDArray[np.float32]:
    """A part of the picture `evened`: only as much around it is looked at as counts there."""
    top, left = (max(0, side.start - _WINDOW // 2) for side in (rows, columns))
    around = grey[top : rows.stop + _WINDOW // 2, left : columns.stop + _WINDOW // 2]
    part = evened(around.astype(np.float32))[rows.start - top :, columns.start - left :]
    return np.ascontiguousarray(part[: rows.stop - rows.start, : columns.stop - columns.start])


def _largest(grey: NDArray[np.uint8]) -> float:
    """The largest scale that every picture is looked at in."""
    longer = max(grey.shape)
    if longer <= SMALLEST:
        return SMALLEST / longer
    room = max(1.0, math.sqrt(MOST_PIXELS / grey.size))
    reduced = min(1.0, LARGEST / page_side(*grey.shape))
    return min(MOST_ENLARGED, max(LARGEST / longer, reduced), room)


def _at(grey: NDArray[np.uint8], scale: float, number: int, source: NDArray[np.uint8]) -> Scaled:
    """source: the picture itself, or made smaller already."""
    rows, columns = (max(8, round(side * scale)) for side in grey.shape)
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    small = cv2.resize(source, (columns, rows), interpolation=method)
    return Scaled(small, (columns / grey.shape[1], rows / grey.shape[0]), number)


def levels_of(one: Scaled, known: NDArray[np.floating] = NOTHING_KNOWN) -> list[Level]:
    """One scale: the whole picture, or its parts that are drawn on.

    known: float [N, 4], boxes of marks, middle x, y, width, height in pixels of the picture:
    what is drawn there needs no look at this scale.
    """
    return _levels_at(one, drawn_on(one.grey, known * np.tile(one.scale, 2)))


def _levels_at(one: Scaled, places: list[Place]) -> list[Level]:
    if not places:
        return []
    height, width = one.grey.shape
    framed = np.full(framed_size(one.grey.shape), border_grey(one.grey), np.uint8)
    framed[MARGIN : MARGIN + height, MARGIN : MARGIN + width] = one.grey
    return [
        Level(
            _evened_part(framed, rows, columns),
            one.scale,
            (width, height),
            (MARGIN - columns.start, MARGIN - rows.start),
            one.number,
        )
        for rows, columns in places
    ]

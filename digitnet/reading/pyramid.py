"""A picture -> itself at a few scales, local contrast evened: what the finder looks at."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.reading.ranks import quantile

# Of two scales a step apart each digit is well within the finder's sizes at one at least.
STEP = 1.5
# The finder knows digits from 15 pixels of height on: at this longer side those of a page of a
# hundred lines. Time goes with its square.
LARGEST = 1536
# A small picture is enlarged, so that digits of 7 pixels are known; but only as far as it stays
# quickly read: what is larger has larger digits.
MOST_ENLARGED = 2.0
MOST_PIXELS = 500_000  # of a picture that was enlarged
SMALLEST = 40  # pixels of the longer side at which the finder knows a digit as large as that;
# a picture that is smaller still is enlarged to it
MARGIN = 24  # of one grey around the picture: digits that touch its edge have paper there
CELL = 16  # the finder takes multiples of this

_WINDOW = 63  # pixels over which contrast is evened: more than the largest digit it knows
_NOISE = 16.0  # variance of paper that is taken for plain
# A large level is looked at only where something is drawn, and two blocks of paper around it.
_BLOCK, _AROUND = 16, 2  # pixels a side; blocks
_LARGE = 250_000  # pixels of a level from on which this pays: faint digits lie on smaller ones too
_DRAWN = 2.0, 6  # times the paper's own contrast, and grey levels: what is more is drawn
_PLAIN = 0.1  # the share of blocks, the plainest, that are taken for paper
_STRONG = 120  # grey levels: what is more is drawn, also where a page has no bare block
# Where a tenth of what is drawn is known digits, the rest may be security print between them, as
# strong as they are: then paper is what is as plain as blocks of so many pixels a side.
_REST, _COARSE = 0.9, 64
_NEAR = 31  # pixels a side of what a pixel's contrast is to: as a large stroke is wide
_MOST_PARTS, _MOST_OF_IT = 16, 0.8  # more parts, or more of it all, are no faster than all
_ROOM = 1.1  # times a known mark's box, which may be a little small
NOTHING_KNOWN = np.zeros((0, 4))

CLOSER_PIXELS = 1_200_000  # of the scale beyond the largest, where digits are small
_CLOSER = 1.1  # times the largest: less shows nothing new

Place = tuple[slice, slice]  # rows and columns


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
    number: the index of its scale.
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


def closer(grey: NDArray[np.uint8]) -> list[Level]:
    """One scale larger than the pyramid's largest, where there is room for it."""
    largest = _largest(grey)
    scale = min(largest * STEP, math.sqrt(CLOSER_PIXELS / grey.size))
    return levels_of(_at(grey, scale, -1, grey)) if scale > _CLOSER * largest else []


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


def border_grey(grey: NDArray[np.uint8]) -> int:
    """The median of the picture's outermost pixels: what it would go on with."""
    rim = np.concatenate([grey[0], grey[-1], grey[1:-1, 0], grey[1:-1, -1]])
    return int(np.sort(rim)[len(rim) // 2])


def _largest(grey: NDArray[np.uint8]) -> float:
    """The largest scale that every picture is looked at in."""
    longer = max(grey.shape)
    if longer <= SMALLEST:
        return SMALLEST / longer
    room = max(1.0, math.sqrt(MOST_PIXELS / grey.size))
    return min(MOST_ENLARGED, LARGEST / longer, room)


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
    height, width = one.grey.shape
    places = _drawn_on(one.grey, known * np.tile(one.scale, 2))
    if not places:
        return []
    rows, columns = _framed_size(one.grey.shape)
    bottom, right = rows - height - MARGIN, columns - width - MARGIN
    edges = MARGIN, bottom, MARGIN, right
    framed = cv2.copyMakeBorder(one.grey, *edges, cv2.BORDER_CONSTANT, value=border_grey(one.grey))
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


def _drawn_on(grey: NDArray[np.uint8], known: NDArray[np.floating]) -> list[Place]:
    """The parts of a picture that are more than bare paper, with some paper around.

    grey: uint8 [h, w]. known: boxes in its pixels, taken for bare paper. Returns places in the
    picture with its margin.
    """
    shape = _framed_size(grey.shape)
    whole = [(slice(0, shape[0]), slice(0, shape[1]))]
    if grey.size < _LARGE and len(known) == 0:
        return whole
    contrast = _contrast(grey)
    blocks = _by_block(contrast, _BLOCK)
    rest = _by_block(_contrast(_without(grey, known)), _BLOCK) if len(known) else blocks
    bare = min(_bare(blocks), _STRONG)
    if np.count_nonzero(rest > bare) < _REST * np.count_nonzero(blocks > bare):
        bare = _bare(_by_block(contrast, _COARSE))
    drawn = (rest > bare).astype(np.uint8)
    if not drawn.any():
        return []
    if grey.size < _LARGE:
        return whole
    grown = cv2.dilate(drawn, np.ones((2 * _AROUND + 1,) * 2, np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(grown, connectivity=8)
    parts = [
        (_range(y, height, shape[0]), _range(x, width, shape[1]))
        for x, y, width, height in stats[1:, :4].tolist()
    ]
    area = sum((r.stop - r.start) * (c.stop - c.start) for r, c in parts)
    return whole if count > _MOST_PARTS or area > _MOST_OF_IT * shape[0] * shape[1] else parts


def _bare(blocks: NDArray[np.uint8]) -> float:
    """The contrast up to which a block is bare paper."""
    times, more = _DRAWN
    return times * quantile(blocks, _PLAIN) + more


def _contrast(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """How far each pixel is from its surroundings."""
    smooth = cv2.blur(grey, (3, 3))
    return cv2.absdiff(smooth, cv2.blur(smooth, (_NEAR, _NEAR)))


def _without(grey: NDArray[np.uint8], boxes: NDArray[np.floating]) -> NDArray[np.uint8]:
    """The picture with paper in place of what stands in boxes."""
    grey = grey.copy()
    for x, y, width, height in boxes.tolist():
        across, down = (_ROOM * side / 2 + 1 for side in (width, height))
        top, left = max(0, int(y - down)), max(0, int(x - across))
        place = grey[top : max(0, int(y + down) + 1), left : max(0, int(x + across) + 1)]
        if place.size:
            place[:] = border_grey(place)
    return grey


def _by_block(values: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """The largest value of each block of a picture, of so many pixels a side."""
    rows, columns = (-(-length // side) for length in values.shape)
    padding = ((0, rows * side - values.shape[0]), (0, columns * side - values.shape[1]))
    blocks = np.pad(values, padding).reshape(rows, side, columns, side)
    largest: NDArray[np.uint8] = blocks.max(axis=(1, 3))
    return largest


def _framed_size(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Rows and columns with the margin, multiples of CELL."""
    return tuple(-(-(side + 2 * MARGIN) // CELL) * CELL for side in shape)


def _range(start: int, count: int, end: int) -> slice:
    """Blocks of the picture as pixels of the picture with its margin."""
    return slice(_BLOCK * start, min(_BLOCK * (start + count) + 2 * MARGIN, end))

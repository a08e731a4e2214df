"""Where something is drawn on a picture, and where paper is bare."""

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.reading.ranks import quantile

MARGIN = 24  # of one grey around the picture: digits that touch its edge have paper there
CELL = 16  # the finder takes multiples of this

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

Place = tuple[slice, slice]  # rows and columns


def drawn_on(grey: NDArray[np.uint8], known: NDArray[np.floating]) -> list[Place]:
    """The parts of a picture that are more than bare paper, with some paper around.

    grey: uint8 [h, w]. known: boxes in its pixels, taken for bare paper. Returns places in the
    picture with its margin.
    """
    shape = framed_size(grey.shape)
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
    area = sum(pixels_of(part) for part in parts)
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
    # One after the other: both at once take ten times as long.
    largest: NDArray[np.uint8] = blocks.max(axis=1).max(axis=2)
    return largest


def border_grey(grey: NDArray[np.uint8]) -> int:
    """The median of the picture's outermost pixels: what it would go on with."""
    rim = np.concatenate([grey[0], grey[-1], grey[1:-1, 0], grey[1:-1, -1]])
    return int(np.sort(rim)[len(rim) // 2])


def framed_size(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Rows and columns with the margin, multiples of CELL."""
    return tuple(-(-(side + 2 * MARGIN) // CELL) * CELL for side in shape)


def pixels_of(place: Place) -> int:
    rows, columns = place
    return (rows.stop - rows.start) * (columns.stop - columns.start)


def _range(start: int, count: int, end: int) -> slice:
    """Blocks of the picture as pixels of the picture with its margin."""
    return slice(_BLOCK * start, min(_BLOCK * (start + count) + 2 * MARGIN, end))


def enlarged(part: slice, times: float, end: int) -> slice:
    """A side of a place, where the picture is so many times as large, and ends with its margin."""
    start, stop = ((pixel - MARGIN) * times + MARGIN for pixel in (part.start, part.stop))
    return slice(max(0, int(start) // CELL * CELL), min(end, -(-int(stop) // CELL) * CELL))

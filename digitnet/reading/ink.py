"""Where the ink is: paper evened out, polarity found, strokes told from paper."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.reading.rules import without_rules

# Light, paper colour and polarity change slowly; they are measured at this size.
_COARSE_SIDE = 256

# Grey levels by which a camera's black may differ: a board much darker tells no light.
_DARK = np.float32(12)

_FEW = 10_000  # values that are sorted sooner than parted

# A light hand's stroke is this share of the threshold dark at least, has this share of its area
# above the threshold, and is at most so many times as wide as the pen.
_GREY = 0.6
_PRESSED = 1 / 12
_WIDER = 1.6

# The least contrast of ink to paper that is taken for writing.
_LEAST_CONTRAST = 0.12


@dataclass(frozen=True, eq=False)
class Ink:
    """The ink of a picture.

    amount: float32 [h, w], 0 paper to about 1, the share of light that the ink swallows
        (or adds, on dark paper), shadows and vignettes taken out.
    mask: uint8 [h, w], 1 on ink.
    light: the ink is lighter than its paper.
    """

    amount: NDArray[np.float32]
    mask: NDArray[np.uint8]
    light: bool


def find_ink(pixels: NDArray[np.uint8], *, light: bool | None = None) -> Ink:
    """Tell ink from paper.

    pixels: uint8 [h, w] or [h, w, 3] RGB. light: whether the ink is lighter than the
    paper; None to find out.
    """
    grey = pixels if pixels.ndim == 2 else most_contrast(pixels)
    if light is None:
        light = ink_is_light(grey)
    amount = _light_on_dark(grey) if light else _dark_on_light(grey)
    threshold = _threshold(amount)
    cleaned = without_rules(amount, threshold)
    if cleaned is not amount:
        threshold = _threshold(cleaned)
    return Ink(cleaned, _mask(cleaned, threshold), light)


def most_contrast(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The one of red, green, blue and luminance in which thin strokes stand out most from noise.

    Blue ink on yellow paper is plain in red and lost in blue; red ink the other way.
    """
    # Thin strokes are seen in the larger copy, markers that fill a picture in the smaller.
    sums = np.zeros(4)
    for side in (2 * _COARSE_SIDE, _COARSE_SIDE // 2):
        coarse = _coarse(pixels, side)
        luminance = cv2.cvtColor(coarse, cv2.COLOR_RGB2GRAY)
        sums += [_stroke_contrast(channel) for channel in (luminance, *cv2.split(coarse))]
    scores = sums.tolist()
    # Luminance averages the camera's noise, so another must be clearly better.
    best = int(np.argmax([1.25 * scores[0], *scores[1:]]))
    if best == 0:
        return cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    return np.ascontiguousarray(pixels[..., best - 1])


def _stroke_contrast(channel: NDArray[np.uint8]) -> float:
    kernel = np.ones((15, 15), np.uint8)
    dark = cv2.morphologyEx(channel, cv2.MORPH_BLACKHAT, kernel)
    light = cv2.morphologyEx(channel, cv2.MORPH_TOPHAT, kernel)
    hat = max(dark, light, key=lambda image: float(image.astype(np.float32).std()))
    return _quantile(hat, 0.995) / (_quantile(hat, 0.5) + 2)


def ink_is_light(grey: NDArray[np.uint8]) -> bool:
    """Whether the ink is lighter than its paper.

    Ink is the minority, so what deviates most from the surroundings' median is ink.
    """
    coarse = _coarse(grey, _COARSE_SIDE)
    if max(coarse.shape) < 64:
        paper = np.float32(_quantile(coarse, 0.5))
    else:
        # A large picture is of a page, and its light differs; a small one of a digit that
        # can be as wide as a third of it.
        share = 2 if max(grey.shape) <= _COARSE_SIDE else 4
        paper = cv2.medianBlur(coarse, (max(coarse.shape) // share) | 1).astype(np.float32)
    deviation = coarse.astype(np.float32) - paper
    return float((deviation**3).sum()) > 0


def _dark_on_light(grey: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Ink on paper of any light -> the share of the paper's light that is missing."""
    share = np.divide(grey, np.maximum(_paper(grey), 32), dtype=np.float32)
    return _above_median(np.subtract(1, share, dtype=np.float32))


def _light_on_dark(grey: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Chalk on a board of any light -> how much lighter it is, as a share of white.

    A shadow dims chalk and board alike, so white is taken to be as much darker there as the
    board is than most of it; where a board is black, it tells nothing of the light.
    """
    board = 255 - _paper(255 - grey)
    middle = np.float32(_quantile(_sample(np.atleast_2d(board)), 0.5))
    white = (255 - middle) * np.minimum((board + _DARK) / (middle + _DARK), 1)
    return _above_median(np.divide(grey - board, white, dtype=np.float32))


def _above_median(amount: NDArray[np.float32]) -> NDArray[np.float32]:
    amount -= np.float32(_quantile(_sample(amount), 0.5))
    np.clip(amount, 0, 1, out=amount)
    return amount


def _paper(grey: NDArray[np.uint8]) -> NDArray[np.float32] | np.float32:
    """The paper's brightness where ink covers it, as if there were none."""
    if max(grey.shape) < 64:
        return np.float32(_quantile(grey, 0.95))
    coarse = _coarse(grey, _COARSE_SIDE)
    # Closing fills what is darker and narrower than the kernel, and keeps a shadow's edge.
    # In a small picture a single digit's strokes can be as wide as a fifth of it.
    share = 4 if max(grey.shape) <= _COARSE_SIDE else 6
    side = max(9, max(coarse.shape) // share) | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    closed = cv2.morphologyEx(coarse, cv2.MORPH_CLOSE, kernel, borderType=cv2.BORDER_REPLICATE)
    closed = cv2.medianBlur(closed, 5)
    return cv2.resize(closed.astype(np.float32), grey.shape[::-1], interpolation=cv2.INTER_LINEAR)


def _threshold(amount: NDArray[np.float32]) -> float:
    """Between paper and ink: Otsu's, of what rises above the paper's own noise."""
    # Neighbours on bare paper differ by its grain alone; most of a picture is paper.
    rows = _sample(amount)
    grain = 1.05 * _quantile(np.abs(np.diff(rows, axis=1)), 0.5)
    floor = max(_LEAST_CONTRAST / 2, 4 * grain)
    above = amount[amount > floor]
    if above.size == 0:
        return 1.0
    levels = (above * 255).astype(np.uint8)
    threshold, _ = cv2.threshold(levels.reshape(1, -1), 0, 255, cv2.THRESH_OTSU)
    # The threshold itself is the lower class's last level.
    return max((threshold + 1) / 255, _LEAST_CONTRAST, 6 * grain)


def _quantile(values: NDArray[Any], share: float) -> float:
    """The value that a share of all lies below; many times faster than NumPy's on few values."""
    if values.size == 0:
        return 0.0
    place = min(int(share * values.size), values.size - 1)
    if values.dtype == np.uint8:
        counts = np.bincount(values.ravel(), minlength=256)
        return float(np.searchsorted(np.cumsum(counts), place, side="right"))
    if values.size < _FEW:  # where most are equal, as on plain paper, partition is slow
        return float(np.sort(values, axis=None)[place])
    return float(np.partition(values, place, axis=None)[place])


def _sample(amount: NDArray[np.float32]) -> NDArray[np.float32]:
    """Every so manieth row: enough for a median."""
    return amount[:: max(1, amount.shape[0] // 300)]


def _mask(amount: NDArray[np.float32], threshold: float) -> NDArray[np.uint8]:
    """Ink above the threshold, and fainter ink of the same strokes: uint8 [h, w].

    A pen that skips leaves parts of a stroke a third as dark, and so does a shadow's edge
    that runs through chalk. Fainter ink counts where it adds little around the dark, or more
    in strokes as wide; what spreads far is a shadow or the paper's rules.
    """
    # Blur fills the hole of an 8; but there the ink is much less than on the strokes around.
    reach = 2 * (3 + max(amount.shape) // 600) + 1
    near = cv2.dilate(amount, np.ones((reach, reach), np.uint8))
    stroke = amount > 0.3 * near
    dark = ((amount > threshold) & stroke).astype(np.uint8)
    grey = _pressed_in_places(dark, ((amount > _GREY * threshold) & stroke).astype(np.uint8))
    faint = ((amount > 0.35 * threshold) & stroke).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(faint, connectivity=8)
    rows, columns = np.nonzero(dark)
    label = labels[rows, columns]
    dark_area = np.bincount(label, minlength=count)
    edges = np.empty((4, count), np.int32)
    edges[:2], edges[2:] = np.iinfo(np.int32).max, -1
    np.minimum.at(edges[0], label, columns)
    np.maximum.at(edges[2], label, columns)
    # Rows come in order: what is written last stays.
    edges[1][label[::-1]], edges[3][label] = rows[::-1], rows
    grown = np.maximum(
        stats[:, cv2.CC_STAT_WIDTH] - (edges[2] - edges[0] + 1.0),
        stats[:, cv2.CC_STAT_HEIGHT] - (edges[3] - edges[1] + 1.0),
    )
    side = np.maximum(edges[2] - edges[0], edges[3] - edges[1]) + 1.0
    same = (dark_area > 0) & (stats[:, cv2.CC_STAT_AREA] < 4 * dark_area)
    same[0] = False
    close = grown < 0.25 * side + 3
    further = same & ~close & (grown < 1.5 * side)
    if further.any():
        pen = _deepest(dark, labels, count)
        further &= _deepest(faint, labels, count) <= 1.6 * pen + 1
        # A rule that a digit stands on is fainter than the pen, and finer.
        added = faint & ~cv2.dilate(dark, np.ones((5, 5), np.uint8))
        further &= _deepest(added, labels, count) >= 0.4 * pen
    same &= close | further
    return dark | grey | same[labels].astype(np.uint8)


def _pressed_in_places(dark: NDArray[np.uint8], grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The parts of `grey` that are strokes of a light hand: dark in places, and as fine as a pen.

    What is wider is a smear, and what runs out of the picture a shadow. All: uint8, 0 or 1.
    """
    count, labels, stats, _ = cv2.connectedComponentsWithStats(grey, connectivity=8)
    left, top, width, height, area = (stats[:, column] for column in range(5))
    pressed = np.bincount(labels[dark > 0], minlength=count)
    kept = (pressed < area) & (pressed > _PRESSED * area) & (np.minimum(left, top) > 0)
    kept &= (left + width < grey.shape[1]) & (top + height < grey.shape[0])
    if not kept[1:].any():
        return dark
    # Twice a stroke's area to the length of its edges is its width.
    edges = np.bincount(labels[_edges(grey) > 0], minlength=count)
    pen = 2 * int(np.count_nonzero(dark)) / max(1, int(np.count_nonzero(_edges(dark))))
    kept &= 2 * area <= (_WIDER * pen + 1) * edges
    kept[0] = False
    return kept[labels].astype(np.uint8)


def _edges(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return mask & (1 - cv2.erode(mask, np.ones((3, 3), np.uint8)))


def _deepest(mask: NDArray[np.uint8], labels: NDArray[np.int32], count: int) -> NDArray[np.float32]:
    """Half the width of the widest stroke of each part, pixels: float32 [count]."""
    depth = cv2.distanceTransform(mask, cv2.DIST_L2, 3)
    rows, columns = np.nonzero(mask)
    deepest = np.zeros(count, np.float32)
    np.maximum.at(deepest, labels[rows, columns], depth[rows, columns])
    return deepest


def _coarse(pixels: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    scale = side / max(pixels.shape[:2])
    if scale >= 1:
        return pixels
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)

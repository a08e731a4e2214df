"""Where the ink is: paper evened out, polarity found, strokes told from paper."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.reading.mask import stroke_mask
from digitnet.reading.rules import without_rules

# Light, paper colour and polarity change slowly; they are measured at this size.
_COARSE_SIDE = 256

# Grey levels by which a camera's black may differ: a board much darker tells no light.
_DARK = np.float32(12)

_FEW = 10_000  # values that are sorted sooner than parted

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
    return Ink(cleaned, stroke_mask(cleaned, threshold), light)


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


def _coarse(pixels: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    scale = side / max(pixels.shape[:2])
    if scale >= 1:
        return pixels
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)

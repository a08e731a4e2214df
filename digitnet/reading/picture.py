"""One decoded picture, and an image of any kind -> its pixels as a person sees them."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitnet.errors import PictureError
from digitnet.units import megapixels

MAX_PIXELS = 64_000_000

# Larger pictures are read at a half, a third ... of their size, about as large as a page of this
# many pixels a side: its digits are large enough there, and time and memory bounded.
_WORKING_SIDE = 1800
_PAGE, _LONGEST = 0.75, 8  # the shape of a photo, 3 to 4; what is longer is no page but a strip

_ORIENTATION = 0x0112  # EXIF
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# Their size is known once they are decoded. That of a JPEG is asked before: it may come smaller.
_SIZED_BY_DECODING = ("HEIF", "TIFF")
# Modes that Pillow reduces without another whole copy.
_REDUCIBLE = ("L", "RGB", "CMYK", "YCbCr", "LAB", "HSV", "I", "F")
_STRIP = 256  # rows of a picture that are converted at once


@dataclass(frozen=True, eq=False)
class Picture:
    """A decoded picture.

    pixels: uint8 [h, w] or [h, w, 3] (RGB), upright, perhaps reduced.
    width, height: of the whole picture, upright, in its own pixels.
    page, pages: which page of its file it is, from 1, and how many that has.
    """

    pixels: NDArray[np.uint8]
    width: int
    height: int
    page: int = 1
    pages: int = 1

    @property
    def scale(self) -> tuple[float, float]:
        """The picture's own pixels to one of `pixels`, across and down.

        They differ where it is long: both sides are rounded as it is reduced.
        """
        height, width = self.pixels.shape[:2]
        return self.width / width, self.height / height

    def own_box(self, box: tuple[float, float, float, float]) -> tuple[int, int, int, int]:
        """x, y, width, height in `pixels` -> the same in the whole picture's pixels."""
        across, down = self.scale
        x, y, width, height = box
        return round(x * across), round(y * down), round(width * across), round(height * down)


def picture_of(image: Image.Image, *, max_pixels: int, page: int = 1, pages: int = 1) -> Picture:
    """The picture of an image that is open and perhaps not decoded yet.

    A large image is closed here. A file of one page would hold it while it is read: 50 megapixels
    are 200 MB.

    Raises:
        PictureError: too large, or without pixels.
    """
    check_size(image, max_pixels)
    width, height = image.size
    # A JPEG can be decoded at half or a quarter of its size, much faster.
    factor = _reduction(image)
    image.draft(None, (max(1, width // factor), max(1, height // factor)))
    image.load()
    # Asked after decoding: Pillow and libheif turn some formats themselves, and then say 1.
    orientation = image.getexif().get(_ORIENTATION, 1)
    if image.format in _SIZED_BY_DECODING:
        width, height = image.size
    if orientation in (5, 6, 7, 8):
        width, height = height, width
    factor = _reduction(image)
    most = _most(image) if image.mode.startswith("I;16") else 0
    if factor > 1:
        whole, image = image, _reduced(image, factor, most)
        whole.close()
    if orientation in _UPRIGHT:
        image = image.transpose(_UPRIGHT[orientation])
    return Picture(_pixels(image, most), width, height, page, pages)


def check_size(image: Image.Image, max_pixels: int) -> None:
    """See that an image may be decoded.

    Raises:
        PictureError: too large, or without pixels.
    """
    width, height = image.size
    if width * height > max_pixels:
        raise PictureError(
            f"the picture has {megapixels(width * height)} ({width} x {height}), expected at "
            f"most {megapixels(max_pixels)}; raise --max-pixels or make it smaller"
        )
    if width == 0 or height == 0:
        raise PictureError("the picture has no pixels")


def _reduction(image: Image.Image) -> int:
    return max(1, round(page_side(*image.size) / _WORKING_SIDE))


def page_side(width: int, height: int) -> float:
    """The longer side of a photo that has as many pixels; that of the picture where it is less.

    So long strips are no further reduced than pages are. Of very long ones most is margin.
    """
    longer = max(width, height)
    return min(longer, max(math.sqrt(width * height / _PAGE), longer / _LONGEST))


def _reduced(image: Image.Image, factor: int, most: int) -> Image.Image:
    """The image at one `factor`-th of its size; what Pillow cannot reduce, strip by strip.

    So no second whole picture is held: of 16 bits, one of 62 megapixels took 690 MB.
    """
    if image.mode in _REDUCIBLE:
        return image.reduce(factor)
    mode = _eight_bits(image.crop((0, 0, 1, 1)), most).mode
    whole = Image.new(mode, [-(-side // factor) for side in image.size])
    rows = factor * max(1, _STRIP // factor)
    for top in range(0, image.height, rows):
        strip = image.crop((0, top, image.width, min(top + rows, image.height)))
        whole.paste(_eight_bits(strip, most).reduce(factor), (0, top // factor))
    return whole


def _pixels(image: Image.Image, most: int) -> NDArray[np.uint8]:
    """uint8 [h, w] or [h, w, 3] of an image of any mode."""
    if image.mode in ("I", "F"):
        return _stretched(np.asarray(image))
    image = _eight_bits(image, most)
    return _on_paper(image) if image.mode == "RGBA" else np.asarray(image)


def _eight_bits(image: Image.Image, most: int) -> Image.Image:
    """The same in L, RGB, or RGBA where something shines through. most: as in `high_bits`."""
    if image.mode in ("L", "RGB"):
        return image
    if image.mode == "1":
        return image.convert("L")
    if image.mode.startswith("I;16"):
        return Image.fromarray(high_bits(np.asarray(image), most))
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _most(image: Image.Image) -> int:
    """The largest value of an image of 16 bits, strip by strip."""
    width, height = image.size
    strips = (image.crop((0, y, width, min(y + _STRIP, height))) for y in range(0, height, _STRIP))
    return max(int(np.asarray(strip).max()) for strip in strips)


def high_bits(values: NDArray[np.uint16], most: int) -> NDArray[np.uint8]:
    """The upper eight of the bits that are used: a camera's or a scanner's 16 may be 10 or 12.

    most: the largest value of the whole picture.
    """
    return (values >> max(0, int(most).bit_length() - 8)).astype(np.uint8)


def _stretched(values: NDArray[Any]) -> NDArray[np.uint8]:
    """Grey of unknown range to eight bits, from its least to its greatest."""
    values = values.astype(np.float64)
    if not np.isfinite(values).all():
        raise PictureError("the picture has values that are not finite numbers")
    low, high = values.min(), values.max()
    return ((values - low) * (255 / ((high - low) or 1))).astype(np.uint8)


def _on_paper(image: Image.Image) -> NDArray[np.uint8]:
    """A transparent drawing, RGBA, laid on white, or on black where its ink is light."""
    rgba = np.asarray(image)
    alpha = rgba[..., 3]
    weight = float(alpha.sum(dtype=np.int64))
    grey = rgba[..., :3].sum(axis=2, dtype=np.uint16)
    total = float(np.vdot(grey.astype(np.float32), alpha.astype(np.float32)))
    mean = total / (3 * weight) if weight else 0.0
    opaque = float(alpha.mean()) > 0.99 * 255
    paper = 255 if mean < 128 or opaque else 0
    below = Image.new("RGBA", image.size, (paper, paper, paper, 255))
    return np.asarray(Image.alpha_composite(below, image).convert("RGB"))

"""Any picture -> its pixels as a person sees them."""

import io
import os
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from digitnet.errors import PictureError
from digitnet.files import reason

FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF")
SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".gif")
MAX_PIXELS = 64_000_000

# Larger pictures are read at a half, a third ... of their size, about this many pixels
# a side: the digits of a page are large enough there, and time and memory bounded.
_WORKING_SIDE = 1800

_ORIENTATION = 0x0112  # EXIF

Source = str | os.PathLike[str] | bytes | BinaryIO | Image.Image | NDArray[Any]


@dataclass(frozen=True, eq=False)
class Picture:
    """A decoded picture.

    pixels: uint8 [h, w] or [h, w, 3] (RGB), upright, perhaps reduced.
    width, height: of the whole picture, upright, in its own pixels.
    """

    pixels: NDArray[np.uint8]
    width: int
    height: int

    @property
    def scale(self) -> float:
        """The picture's own pixels to one of `pixels`."""
        return self.width / self.pixels.shape[1]

    def own_box(self, box: tuple[float, float, float, float]) -> tuple[int, int, int, int]:
        """x, y, width, height in `pixels` -> the same in the whole picture's pixels."""
        x, y, width, height = (round(value * self.scale) for value in box)
        return x, y, width, height


def open_picture(source: Source, *, max_pixels: int = MAX_PIXELS) -> Picture:
    """Decode a path, bytes, a file object, a PIL image or an array.

    Arrays: uint8, uint16 or bool, or float in [0, 1]; [H, W], [H, W, 1], [H, W, 3] RGB
    or [H, W, 4] RGBA.

    Raises:
        PictureError: not a picture, damaged, of no known format, or too large.
    """
    if isinstance(source, np.ndarray):
        return _from_image(_from_array(source), max_pixels)
    if isinstance(source, Image.Image):
        return _from_image(source.copy(), max_pixels)
    return _decode(_content(source), max_pixels)


def _content(source: str | os.PathLike[str] | bytes | BinaryIO) -> bytes:
    if isinstance(source, bytes):
        content = source
    elif hasattr(source, "read"):
        content = source.read()
    else:
        if Path(source).is_dir():
            raise PictureError(f"a folder without pictures ({', '.join(SUFFIXES)})")
        try:
            content = Path(source).read_bytes()
        except OSError as error:
            raise PictureError(reason(error)) from error
    if not content:
        raise PictureError("the file is empty")
    return content


def _decode(content: bytes, max_pixels: int) -> Picture:
    try:
        with warnings.catch_warnings():
            # Pillow warns of large pictures before we have looked at their size.
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(content), formats=FORMATS)
            return _from_image(image, max_pixels)
    except UnidentifiedImageError as error:
        formats = ", ".join(FORMATS)
        raise PictureError(
            f"no picture of a known format ({formats}), it starts with {content[:8]!r}"
        ) from error
    except Image.DecompressionBombError as error:  # Pillow's own limit, far above ours
        raise PictureError(
            f"the picture is far too large, expected at most {max_pixels:,} in all; make it smaller"
        ) from error
    except PictureError:
        raise
    except Exception as error:  # a damaged file can provoke anything in a decoder
        raise PictureError(f"the picture is damaged or truncated ({error})") from error


def _from_image(image: Image.Image, max_pixels: int) -> Picture:
    width, height = image.size
    if width * height > max_pixels:
        raise PictureError(
            f"the picture has {width} x {height} pixels, expected at most {max_pixels:,} in all; "
            "raise --max-pixels or make it smaller"
        )
    if width == 0 or height == 0:
        raise PictureError("the picture has no pixels")
    if image.getexif().get(_ORIENTATION, 1) in (5, 6, 7, 8):
        width, height = height, width
    # A JPEG can be decoded at half or a quarter of its size, much faster.
    factor = _reduction(image)
    image.draft(None, (image.width // factor, image.height // factor))
    ImageOps.exif_transpose(image, in_place=True)  # a copy would be 200 MB of 50 megapixels
    factor = _reduction(image)
    if factor > 1 and image.mode in ("L", "LA", "RGB", "RGBA", "CMYK"):
        image = image.reduce(factor)
    return Picture(_pixels(image), width, height)


def _reduction(image: Image.Image) -> int:
    return max(1, round(max(image.size) / _WORKING_SIDE))


def _pixels(image: Image.Image) -> NDArray[np.uint8]:
    """uint8 [h, w] or [h, w, 3] of an image of any mode."""
    if image.mode == "L" or image.mode == "RGB":
        return np.asarray(image)
    if image.mode == "1":
        return np.asarray(image.convert("L"))
    if image.mode.startswith("I") or image.mode == "F":
        return _stretched(np.asarray(image), sixteen_bit=image.mode.startswith("I;16"))
    if image.has_transparency_data:
        return _on_paper(np.asarray(image.convert("RGBA")))
    return np.asarray(image.convert("RGB"))


def _stretched(values: NDArray[Any], *, sixteen_bit: bool) -> NDArray[np.uint8]:
    """Grey of more than eight bits to eight; of unknown range, from its least to its greatest."""
    if sixteen_bit:
        return (values >> 8).astype(np.uint8)
    values = values.astype(np.float64)
    if not np.isfinite(values).all():
        raise PictureError("the picture has values that are not finite numbers")
    low, high = values.min(), values.max()
    return ((values - low) * (255 / max(high - low, 1))).astype(np.uint8)


def _on_paper(rgba: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A transparent drawing laid on white, or on black where its ink is light."""
    colour, alpha = rgba[..., :3].astype(np.float32), rgba[..., 3:].astype(np.float32) / 255
    weight = float(alpha.sum())
    mean = float((colour.mean(axis=2, keepdims=True) * alpha).sum()) / weight if weight else 0.0
    opaque = float(alpha.mean()) > 0.99
    paper = 255.0 if mean < 128 or opaque else 0.0
    return (colour * alpha + paper * (1 - alpha)).astype(np.uint8)


def _from_array(array: NDArray[Any]) -> Image.Image:
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[..., 0]
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in (3, 4)):
        raise PictureError(
            f"the array has shape {list(array.shape)}, "
            "expected [H, W], [H, W, 1], [H, W, 3] or [H, W, 4]"
        )
    if array.size == 0:
        raise PictureError("the picture has no pixels")
    if array.dtype == np.uint16:
        array = (array >> 8).astype(np.uint8)
    elif array.dtype == np.bool_:
        array = array.astype(np.uint8) * 255
    elif np.issubdtype(array.dtype, np.floating):
        # min and max are NaN where any value is, and then no comparison holds.
        if not (array.min() >= 0 and array.max() <= 1):
            raise PictureError(
                f"the array has values from {array.min()} to {array.max()}, "
                "expected floats from 0 to 1 and no NaN"
            )
        array = (array * 255).round().astype(np.uint8)
    elif array.dtype != np.uint8:
        raise PictureError(
            f"the array has dtype {array.dtype}, expected uint8, uint16, bool or float"
        )
    return Image.fromarray(np.ascontiguousarray(array))

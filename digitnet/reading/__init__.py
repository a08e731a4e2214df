"""Reading: a picture -> digits. Never imports PyTorch."""

import functools

from digitnet.reading.picture import MAX_PIXELS, Source
from digitnet.reading.reader import Reader
from digitnet.reading.result import Digit, Reading, TextLine

__all__ = ["Digit", "Reader", "Reading", "TextLine", "read"]


def read(source: Source, *, one: bool = False, max_pixels: int = MAX_PIXELS) -> Reading:
    """Read one picture with the shipped weights.

    source: a path, bytes, a file object, a PIL image, or a NumPy array: uint8, uint16 or
        bool, or float in [0, 1]; [H, W], [H, W, 1], [H, W, 3] RGB or [H, W, 4] RGBA.
    one: the picture holds exactly one digit. max_pixels: larger pictures are refused.

    Raises:
        PictureError: the picture cannot be decoded or is too large.
    """
    return _shipped_reader().read(source, one=one, max_pixels=max_pixels)


@functools.cache
def _shipped_reader() -> Reader:
    return Reader()

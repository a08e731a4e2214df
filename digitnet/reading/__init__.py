"""Reading: a picture -> digits. Never imports PyTorch."""

import functools
from collections.abc import Iterable, Iterator
from typing import Any, Unpack, overload

from digitnet.errors import PictureError
from digitnet.reading.expected import Expected
from digitnet.reading.files.source import Source
from digitnet.reading.options import Options
from digitnet.reading.reader import Path_, Reader, Source_
from digitnet.reading.result import Answer, Digit, Reading, TextLine

__all__ = [
    "Answer",
    "Digit",
    "Expected",
    "Reader",
    "Reading",
    "TextLine",
    "read",
    "read_many",
    "read_pages",
]


def read(source: Source, *, page: int | None = None, **options: Unpack[Options]) -> Reading:
    """Read one picture with the shipped weights.

    source: a path, bytes, a file object, a PIL image, or a NumPy array: uint8, uint16 or
        bool, or float in [0, 1]; [H, W], [H, W, 1], [H, W, 3] RGB or [H, W, 4] RGBA.
    page: which, from 1, where its file has several.
    options: one: the picture holds exactly one digit. expected: what numbers it may hold.
        max_pixels: larger pictures are refused. dpi: of a PDF's pages, 300 unless told.

    Raises:
        PictureError: the picture cannot be decoded, is too large, or has several pages and none
            is named.
    """
    return _shipped_reader().read(source, page=page, **options)


def read_pages(source: Source, **options: Unpack[Options]) -> Iterator[Reading | PictureError]:
    """Read every page of a file: a PDF's, a TIFF's, a GIF's frames. options: as for `read`.

    Yields the Reading of each, or the error where a page cannot be read.

    Raises:
        PictureError: the file cannot be opened.
    """
    return _shipped_reader().read_pages(source, **options)


@overload
def read_many(
    sources: Path_, **options: Unpack[Options]
) -> Iterator[tuple[Path_, Reading | PictureError]]: ...
@overload
def read_many(
    sources: Iterable[Source_], **options: Unpack[Options]
) -> Iterator[tuple[Source_, Reading | PictureError]]: ...
def read_many(
    sources: Any, **options: Unpack[Options]
) -> Iterator[tuple[Any, Reading | PictureError]]:
    """Read many pictures in order, in bounded memory: what `Reader.read_many` does."""
    return _shipped_reader().read_many(sources, **options)


@functools.cache
def _shipped_reader() -> Reader:
    return Reader()

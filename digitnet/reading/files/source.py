"""What a picture is given as -> the pages in it, each decoded when it is asked for."""

import io
import os
import stat
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitnet.errors import PictureError
from digitnet.files import reason
from digitnet.reading.files.folder import pictures_below
from digitnet.reading.files.formats import PDF, SUFFIXES, kind_of
from digitnet.reading.files.frames import Frames, said_by
from digitnet.reading.files.no_warnings import no_warnings
from digitnet.reading.files.pdf import DPI, PdfPages
from digitnet.reading.picture import MAX_PIXELS, Picture, check_size, high_bits, picture_of
from digitnet.units import megabytes

Source = str | os.PathLike[str] | bytes | BinaryIO | Image.Image | NDArray[Any]

_HEAD = 1024  # bytes by which a format is known
_AT_ONCE = 1 << 20  # bytes
_MOST_BYTES = 512_000_000  # of what has no end that could be known before: a pipe, a stream


class _Images(Protocol):
    """What holds a file's pages, counted from 0."""

    def __len__(self) -> int: ...
    def image(self, number: int) -> Image.Image: ...
    def close(self) -> None: ...


class Pages:
    """The pages of one source, as long as it is open: `with open_pages(...) as pages`."""

    def __init__(self, images: _Images, max_pixels: int):
        self._images, self._max_pixels = images, max_pixels

    def __len__(self) -> int:
        return len(self._images)

    def picture(self, page: int) -> Picture:
        """Decode one page, each at most once. page: from 1.

        Raises:
            PictureError: damaged or too large, with the number of the page.
        """
        if not 1 <= page <= len(self):
            raise PictureError(f"it has no page {page}, expected 1 to {len(self)}")
        try:
            with no_warnings():
                return picture_of(
                    self._images.image(page - 1),
                    max_pixels=self._max_pixels,
                    page=page,
                    pages=len(self),
                )
        except PictureError as error:
            raise PictureError(str(error), page=page, pages=len(self)) from error
        except Exception as error:  # a damaged file can provoke anything in a decoder
            message = f"the picture is damaged or truncated ({said_by(error)})"
            raise PictureError(message, page=page, pages=len(self)) from error

    def __enter__(self) -> "Pages":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._images.close()


def open_pages(source: Source, *, max_pixels: int = MAX_PIXELS, dpi: int = DPI) -> Pages:
    """Open a path, bytes, a file object, a PIL image or an array; no page is decoded yet.

    Arrays: uint8, uint16 or bool, or float in [0, 1]; [H, W], [H, W, 1], [H, W, 3] RGB
    or [H, W, 4] RGBA. A PIL image is one page: the frame that it is at. dpi: pixels an inch at
    which the pages of a PDF are drawn.

    Raises:
        PictureError: not a picture, damaged, of no known format, or too large.
    """
    if isinstance(source, np.ndarray):
        return Pages(_OneImage(_image_of_array(source)), max_pixels)
    if isinstance(source, Image.Image):
        return Pages(_GivenImage(source, max_pixels), max_pixels)
    opened = _opened(source)
    try:
        head = opened.read(_HEAD)
        opened.seek(0)
        if not head:
            raise PictureError("the file is empty")
        if kind_of(head) == PDF:
            with opened:
                content = opened.read()
            return Pages(PdfPages(content, dpi=dpi, max_pixels=max_pixels), max_pixels)
        return Pages(Frames(opened, head, max_pixels), max_pixels)
    except BaseException:
        opened.close()
        raise


def open_picture(
    source: Source, *, page: int | None = None, max_pixels: int = MAX_PIXELS, dpi: int = DPI
) -> Picture:
    """Decode one page of what `open_pages` takes. page: from 1; None where there is only one.

    Raises:
        PictureError: it cannot be decoded, or has several pages and none is named.
    """
    with open_pages(source, max_pixels=max_pixels, dpi=dpi) as pages:
        if page is None and len(pages) > 1:
            raise PictureError(
                f"it has {len(pages)} pages; name one with --page (in Python page=1, or read_pages)"
            )
        return pages.picture(1 if page is None else page)


class _OneImage:
    """An image that is in memory."""

    def __init__(self, image: Image.Image):
        self._image = image

    def __len__(self) -> int:
        return 1

    def image(self, number: int) -> Image.Image:
        return self._image

    def close(self) -> None:
        pass


class _GivenImage(_OneImage):
    """The caller's, which stays as it is: decoding a page changes and closes its image."""

    def __init__(self, image: Image.Image, max_pixels: int):
        super().__init__(image)
        self._max_pixels = max_pixels

    def image(self, number: int) -> Image.Image:
        check_size(self._image, self._max_pixels)  # before it is decoded
        return self._image.copy()


def _opened(source: str | os.PathLike[str] | bytes | BinaryIO) -> BinaryIO:
    """A file at its beginning that can be read anywhere."""
    if isinstance(source, bytes):
        return io.BytesIO(source)
    if isinstance(source, str | os.PathLike):
        return _opened_path(source)
    if not hasattr(source, "read"):
        raise PictureError(
            f"it is of type {type(source).__name__}, expected a path, bytes, a file, a PIL image "
            "or a NumPy array; read_many takes several"
        )
    return whole_of(source)


def whole_of(stream: BinaryIO) -> io.BytesIO:
    """All that a stream gives.

    Raises:
        PictureError: it is text, or has no end.
    """
    whole = io.BytesIO()
    while part := stream.read(_AT_ONCE):
        if not isinstance(part, bytes):
            raise PictureError("the file is open as text; open it as bytes, with mode 'rb'")
        whole.write(part)
        if whole.tell() > _MOST_BYTES:
            raise PictureError(f"it has more than {megabytes(_MOST_BYTES)}; name a file")
    whole.seek(0)
    return whole


def _opened_path(source: str | os.PathLike[str]) -> BinaryIO:
    if not os.fspath(source):
        raise PictureError("the path is empty")
    path = Path(source)
    try:
        kind = path.stat().st_mode
        if stat.S_ISDIR(kind):
            raise PictureError(_of_folder(path))
        file = path.open("rb")
        if stat.S_ISREG(kind):
            return file
        with file:  # a pipe, as a shell makes for <(command)
            return whole_of(file)
    except OSError as error:
        raise PictureError(reason(error)) from error
    except ValueError as error:  # a path with a zero byte in it
        raise PictureError(f"no path of a file ({error})") from error


def _of_folder(path: Path) -> str:
    with os.scandir(path):  # where it cannot be listed, that is what is wrong
        pass
    if next(pictures_below(str(path)), None) is None:
        return f"a folder without pictures ({', '.join(SUFFIXES)})"
    return "it is a folder; read_many reads the pictures in it"


def _image_of_array(array: NDArray[Any]) -> Image.Image:
    """An image of an array as `open_pages` takes it.

    Raises:
        PictureError: its shape, its dtype or its values are others.
    """
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
        array = high_bits(array, array.max())
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

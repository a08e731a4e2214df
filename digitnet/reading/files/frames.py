"""The pages or frames of a file that Pillow reads, HEIC by pi-heif (extra "heic")."""

import functools
from typing import BinaryIO

from PIL import Image, UnidentifiedImageError

from digitnet.errors import PictureError
from digitnet.reading.files.formats import FORMATS, HEIC, kind_of, require, unknown
from digitnet.reading.files.no_warnings import no_warnings
from digitnet.reading.picture import check_size
from digitnet.units import megapixels

_SUBFILE_TYPE = 254  # TIFF: of a page that is another one made small, or its mask
_REDUCED_OR_MASK = 5


class Frames:
    """They are decoded when they are asked for."""

    def __init__(self, file: BinaryIO, head: bytes, max_pixels: int):
        """head: its first bytes."""
        formats = FORMATS
        if kind_of(head) == HEIC:
            _register_heif()
            formats = ("HEIF",)
        try:
            with no_warnings():
                self._whole = Image.open(file, formats=formats)
                self._numbers = _own_frames(self._whole)
        except UnidentifiedImageError as error:
            raise unknown(head) from error
        except Image.DecompressionBombError as error:  # Pillow's own limit, far above ours
            raise PictureError(
                f"the picture is far too large, expected at most {megapixels(max_pixels)}; "
                "make it smaller"
            ) from error
        except Exception as error:
            raise PictureError(f"the picture is damaged or truncated ({said_by(error)})") from error
        self._file, self._max_pixels = file, max_pixels

    def __len__(self) -> int:
        return len(self._numbers)

    def image(self, number: int) -> Image.Image:
        if len(self._numbers) == 1:
            return self._whole
        self._whole.seek(self._numbers[number])
        check_size(self._whole, self._max_pixels)  # before it is decoded
        return self._whole.copy()  # decoding one must not change what the next is made from

    def close(self) -> None:
        self._whole.close()
        self._file.close()


@functools.cache
def _register_heif() -> None:
    require(HEIC)
    from pi_heif import register_heif_opener

    register_heif_opener()


def _own_frames(whole: Image.Image) -> list[int]:
    """The numbers of the frames that are pages of their own.

    Not the previews that cameras put behind a JPEG, nor those of a TIFF's pages.
    """
    count = 1 if whole.format in ("JPEG", "MPO") else getattr(whole, "n_frames", 1)
    numbers = list(range(count))
    if count > 1 and whole.format == "TIFF":
        kept = []
        for number in numbers:
            whole.seek(number)
            kind = whole.tag_v2.get(_SUBFILE_TYPE, 0)  # type: ignore[attr-defined]
            if not (isinstance(kind, int) and kind & _REDUCED_OR_MASK):
                kept.append(number)
        numbers = kept or [0]
        whole.seek(numbers[0])
    return numbers


def said_by(error: Exception) -> str:
    """What a decoder said, in one line."""
    said = str(error).strip() or type(error).__name__
    return " ".join(said.split())

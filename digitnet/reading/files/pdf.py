"""The pages of a PDF document as images, by pypdfium2 (extra "pdf")."""

import math
import threading
from pathlib import Path
from typing import Any

from PIL import Image

from digitnet.errors import PictureError
from digitnet.reading.files.formats import PDF, require

DPI = 300  # of a scan in which a pen's lines are some pixels wide
_POINTS = 72  # a PDF's units to an inch
_MOST_SIDE = 30_000  # pixels

# PDFium keeps state of its own between calls: one thread at a time may be in it.
_ONE_AT_A_TIME = threading.Lock()


class PdfPages:
    """A document that is open; its pages are drawn when they are asked for."""

    def __init__(self, source: Path | bytes, *, dpi: int = DPI, max_pixels: int):
        """dpi: pixels an inch. A page that would have more than max_pixels gets fewer an inch.

        Raises:
            PictureError: pypdfium2 is not installed, the document is damaged or locked.
        """
        require(PDF)
        import pypdfium2

        self._error: Any = pypdfium2.PdfiumError
        self._dpi, self._max_pixels = dpi, max_pixels
        with _ONE_AT_A_TIME:
            try:
                self._document = pypdfium2.PdfDocument(source)
                if self._document.get_formtype():
                    self._document.init_forms()  # what was typed into a form's fields is drawn too
                self._count = len(self._document)  # never 0: PDFium opens none without pages
            except self._error as error:
                locked = "password" in str(error).lower()
                raise PictureError(
                    "the PDF is locked with a password; save it without one"
                    if locked
                    else f"the PDF is damaged ({error})"
                ) from error

    def __len__(self) -> int:
        return self._count

    def image(self, number: int) -> Image.Image:
        """A page, RGB or L. number: from 0.

        Raises:
            PictureError: the page is damaged.
        """
        with _ONE_AT_A_TIME:
            try:
                page = self._document[number]
                try:
                    return self._drawn(page)
                finally:
                    page.close()
            except self._error as error:
                raise PictureError(f"the page is damaged ({error})") from error

    def _drawn(self, page: Any) -> Image.Image:
        width, height = page.get_size()
        if not (math.isfinite(width) and math.isfinite(height) and width > 0 and height > 0):
            raise PictureError("the page has no size")
        scale = min(
            self._dpi / _POINTS,
            math.sqrt(self._max_pixels / (width * height)),
            _MOST_SIDE / max(width, height),
        )
        if math.ceil(width * scale) * math.ceil(height * scale) > self._max_pixels:
            scale = min((side * scale - 1) / side for side in (width, height))
        if scale * min(width, height) < 1:
            raise PictureError(f"the page is {width:g} x {height:g} points, too narrow to be drawn")
        # Whole pixels are rounded up: 40.0000001 of them are 40.
        bitmap = page.render(scale=scale * (1 - 1e-6))
        try:
            # A copy: the bitmap's memory is PDFium's, and goes with it.
            return bitmap.to_pil().convert("RGB")
        finally:
            bitmap.close()

    def close(self) -> None:
        with _ONE_AT_A_TIME:
            self._document.close()

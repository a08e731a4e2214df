import io

import numpy as np
import pytest

from digitnet.errors import PictureError
from digitnet.reading.files.pdf import PdfPages
from tests.reading.pictures import paged

pdfium = pytest.importorskip("pypdfium2")
MOST = 64_000_000


def blank(width: float, height: float) -> bytes:
    document = pdfium.PdfDocument.new()
    document.new_page(width, height)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def test_every_page_is_drawn_at_the_resolution_asked_for():
    for dpi, scale in ((300, 1), (150, 0.5)):
        pages = PdfPages(paged("PDF"), dpi=dpi, max_pixels=MOST)
        assert len(pages) == 3
        images = [pages.image(number) for number in range(3)]
        pages.close()
        assert images[0].size == (60 * scale, 40 * scale)
        assert [round(np.asarray(image).mean(), -1) for image in images] == [20, 60, 100]


def test_a_page_too_large_gets_fewer_pixels_an_inch():
    pages = PdfPages(blank(2000, 1000), max_pixels=500_000)
    image = pages.image(0)
    assert image.width * image.height <= 500_000
    assert image.width == pytest.approx(1000, abs=3)


def test_a_page_of_no_width_is_refused():
    with pytest.raises(PictureError, match="too narrow to be drawn"):
        PdfPages(blank(14_000, 0.001), max_pixels=MOST).image(0)


@pytest.mark.parametrize("length", [20, 300])
def test_a_damaged_document_is_an_error(length):
    with pytest.raises(PictureError, match="the PDF is damaged"):
        PdfPages(paged("PDF")[:length], max_pixels=MOST)


# A page of pdfium's own, locked with a user's password by its 40-bit handler (PDF 1.7, 7.6.3).
LOCKED = b"""%%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj
4 0 obj<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>endobj
trailer<</Root 1 0 R/Encrypt 4 0 R/ID[<00><00>]>>
""" % (b"11" * 32, b"22" * 32)


def test_a_locked_document_says_so():
    with pytest.raises(PictureError, match="locked with a password; save it without one"):
        PdfPages(LOCKED, max_pixels=MOST)

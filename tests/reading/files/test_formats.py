import io
import re

import pytest
from PIL import Image

from digitnet.errors import PictureError, install_command
from digitnet.reading.files import formats
from digitnet.reading.files.formats import (
    HEIC,
    PDF,
    described,
    kind_of,
    kind_of_suffix,
    require,
    unknown,
)
from tests.reading.pictures import encoded, greys, paged


@pytest.mark.parametrize(
    ("format", "kind"), [("PDF", PDF), ("HEIC", HEIC), ("TIFF", ""), ("GIF", "")]
)
def test_a_kind_is_known_by_its_first_bytes(format, kind):
    assert kind_of(paged(format)[:1024]) == kind


def test_avif_is_not_taken_for_heic():
    if "AVIF" not in formats.FORMATS:
        pytest.skip("this Pillow has no AVIF")
    assert kind_of(encoded(greys(1)[0], "AVIF")[:1024]) == ""


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"<!DOCTYPE html><html>", "a web page"),
        (b'<?xml version="1.0"?>\n<svg xmlns="x">', "an SVG drawing"),
        (b"\xff\x0a\x00", "a JPEG XL picture"),
        (b"\0\0\0\x20ftypisom", "a video"),
        (b"\0\0\0\x1cftypavif", "an AVIF picture"),
        (b"PK\x03\x04\x14\0", "a ZIP archive or an office document"),
        (b"II\x2a\0\x10\0\0\0CR\x02", "a camera's raw picture"),
        (b"name,grade\nAnn,5\n", "text"),
        ("größe;ä".encode()[:7], "text"),
        (b"\x93\x01\x02\xfe", "of no format that is known here"),
    ],
)
def test_what_is_not_read_is_named_for_people(head, name):
    assert described(head) == name


def test_the_error_names_what_is_read():
    with pytest.raises(
        PictureError, match=r"it is text; expected a picture: JPEG, PNG, .*HEIC, PDF"
    ):
        raise unknown(b"no picture")
    assert described(encoded(Image.new("L", (4, 4)), "PPM")) == "a PNM picture"


@pytest.mark.parametrize(("kind", "extra"), [(PDF, "pdf"), (HEIC, "heic")])
def test_without_its_package_the_cure_is_told(monkeypatch, kind, extra):
    monkeypatch.setattr(formats, "find_spec", lambda name: None)
    with pytest.raises(PictureError, match=f"to read it: {re.escape(install_command(extra))}$"):
        require(kind)


def test_endings_tell_the_kind_too():
    assert [kind_of_suffix(suffix) for suffix in (".PDF", ".heic", ".hif", ".png")] == [
        PDF,
        HEIC,
        HEIC,
        "",
    ]


def test_a_picture_that_names_pdf_is_none(tmp_path):
    picture = io.BytesIO()
    Image.new("L", (8, 8)).save(picture, "JPEG", comment=b"scanned by %PDF-printer")
    assert kind_of(picture.getvalue()) == ""
    assert kind_of(b"a line before\n%PDF-1.4") == PDF

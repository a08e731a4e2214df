import io
import os
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from digitnet.errors import PictureError
from digitnet.reading.files import source
from digitnet.reading.files.formats import FORMATS
from digitnet.reading.files.source import open_pages, open_picture
from tests.reading.pictures import encoded, greys, paged

RAMP = np.tile(np.arange(0, 240, 4, dtype=np.uint8), (40, 1))


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_is_decoded(format):
    pixels = open_picture(encoded(Image.fromarray(RAMP), format)).pixels
    grey = pixels if pixels.ndim == 2 else pixels.mean(axis=2)
    assert np.abs(grey.astype(int) - RAMP).mean() < 4


@pytest.mark.parametrize("format", ["TIFF", "GIF", "WEBP", "PDF", "HEIC"])
def test_every_page_of_a_file_is_one(format):
    with open_pages(paged(format)) as pages:
        pictures = [pages.picture(page) for page in range(1, len(pages) + 1)]
    assert [(picture.page, picture.pages) for picture in pictures] == [(1, 3), (2, 3), (3, 3)]
    assert [(picture.width, picture.height) for picture in pictures] == [(60, 40)] * 3
    means = [picture.pixels.mean() for picture in pictures]
    assert means == pytest.approx([20, 60, 100], abs=4)


def test_of_several_pages_one_must_be_named():
    content = paged("TIFF")
    with pytest.raises(
        PictureError, match=r"it has 3 pages; name one with --page \(in Python page=1"
    ):
        open_picture(content)
    assert open_picture(content, page=2).pixels.mean() == 60
    with pytest.raises(PictureError, match="it has no page 4, expected 1 to 3"):
        open_picture(content, page=4)


def test_a_damaged_page_costs_no_other():
    first, _, third = greys(3)
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (80, 80), dtype=np.uint8))
    content = bytearray(
        encoded(first, "TIFF", save_all=True, append_images=[noise, third], compression="tiff_lzw")
    )
    middle = len(content) // 2
    content[middle : middle + 400] = b"\xff" * 400
    with open_pages(bytes(content)) as pages:
        assert pages.picture(1).pixels.mean() == 20
        with pytest.raises(PictureError, match="damaged or truncated") as caught:
            pages.picture(2)
        assert (caught.value.page, caught.value.pages) == (2, 3)
        assert pages.picture(3).pixels.mean() == 100


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (b"", "the file is empty"),
        (b"<html>no picture</html>", "it is a web page; expected a picture: JPEG"),
        ("/no/such/picture.png", "No such file"),
        ("", "the path is empty"),
        ("a\0b.png", "no path of a file"),
        (io.StringIO("text"), "open it as bytes, with mode 'rb'"),
        (["a.png"], "it is of type list, .*; read_many takes several"),
        (np.zeros((0, 5), np.uint8), "no pixels"),
        (np.zeros((4, 4, 2), np.uint8), r"shape \[4, 4, 2\]"),
        (np.zeros((4, 4), np.int32), "dtype int32"),
        (np.full((4, 4), np.nan), "expected floats from 0 to 1"),
        (np.full((4, 4), -0.5), "expected floats from 0 to 1"),
        (np.full((4, 4), 255.0), "expected floats from 0 to 1"),
    ],
)
def test_what_is_no_picture_is_named(source, message):
    with pytest.raises(PictureError, match=message):
        open_picture(source)


def test_a_folder_is_no_picture(tmp_path, monkeypatch):
    with pytest.raises(PictureError, match=r"a folder without pictures \(.jpg"):
        open_picture(tmp_path)
    (tmp_path / "a.png").touch()
    with pytest.raises(PictureError, match="it is a folder; read_many reads the pictures in it"):
        open_picture(str(tmp_path))

    def closed(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("digitnet.reading.files.source.os.scandir", closed)
    with pytest.raises(PictureError, match="Permission denied"):
        open_picture(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such pipes")
def test_a_pipe_is_read_to_its_end(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_bytes, args=[encoded(Image.fromarray(RAMP))])
    writer.start()
    assert np.array_equal(open_picture(path).pixels, RAMP)
    writer.join()


@pytest.mark.parametrize("format", ["PNG", "JPEG", "PDF", "HEIC"])
def test_truncated_pictures_are_refused(format):
    noise = np.random.default_rng(0).integers(0, 256, (80, 80), dtype=np.uint8)
    whole = (
        paged(format, 1) if format in ("PDF", "HEIC") else encoded(Image.fromarray(noise), format)
    )
    for length in (20, len(whole) // 2):
        with pytest.raises(PictureError):
            open_picture(whole[:length])


@pytest.mark.slow
def test_a_bomb_is_refused_before_it_is_decoded(monkeypatch):
    contents = [encoded(Image.new("1", (side, side))) for side in (9000, 20_000)]
    monkeypatch.setattr(Image.Image, "load", lambda self: pytest.fail("decoded"))
    message = r"81 megapixels \(9000 x 9000\), expected at most 64 megapixels"
    with pytest.raises(PictureError, match=message):
        open_picture(contents[0])
    with pytest.raises(PictureError, match=r"far too large, expected at most 64 megapixels"):
        open_picture(contents[1])


def test_max_pixels_is_the_callers():
    with pytest.raises(PictureError, match=r"at most 0.0001 megapixels"):
        open_picture(RAMP, max_pixels=100)


def test_a_file_is_closed_when_its_pages_are(tmp_path):
    path = tmp_path / "a.tif"
    path.write_bytes(paged("TIFF"))
    with open_pages(path) as pages:
        pages.picture(1)
    # Warnings are errors here: one of an unclosed file would fail the test.
    del pages
    path.write_bytes(b"no picture")
    with pytest.raises(PictureError, match="it is text"):
        open_pages(path)


@pytest.mark.slow
@settings(max_examples=300)
@given(st.data())
def test_damaged_files_are_refused_or_read(data):
    format = data.draw(st.sampled_from([*FORMATS, "PDF", "HEIC"]))
    content = bytearray(_CONTENTS.get(format) or _made(format))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        with open_pages(bytes(content), max_pixels=1_000_000) as pages:
            picture = pages.picture(1)
    except PictureError:
        return
    assert picture.pixels.dtype == np.uint8


_CONTENTS: dict[str, bytes] = {}


def _made(format: str) -> bytes:
    made = paged(format) if format in ("PDF", "HEIC") else encoded(Image.fromarray(RAMP), format)
    return _CONTENTS.setdefault(format, made)


@pytest.mark.parametrize(
    "array",
    [RAMP, RAMP.astype(np.uint16) * 257, RAMP / 255, RAMP[..., None], np.dstack([RAMP] * 3)],
    ids=["uint8", "uint16", "float", "one channel", "RGB"],
)
def test_arrays_of_every_kind(array):
    pixels = open_picture(array).pixels
    grey = pixels if pixels.ndim == 2 else pixels[..., 0]
    assert np.abs(grey.astype(int) - RAMP).max() <= 1


def test_pages_are_counted_from_one():
    with pytest.raises(PictureError, match="it has no page 0, expected 1 to 3"):
        open_picture(paged("TIFF"), page=0)


def test_a_damaged_image_that_is_open_is_told_as_a_damaged_file_is():
    whole = encoded(
        Image.fromarray(np.random.default_rng(0).integers(0, 255, (90, 90), np.uint8)), "PNG"
    )
    image = Image.open(io.BytesIO(whole[: len(whole) // 2]))
    with pytest.raises(PictureError, match="damaged or truncated"):
        open_picture(image)


def test_an_image_stays_as_the_caller_has_it():
    image = Image.open(io.BytesIO(encoded(Image.fromarray(RAMP), "PNG")))
    for _ in range(2):
        assert (open_picture(image).pixels == RAMP).all()
    assert image.size == RAMP.shape[::-1]


def test_a_stream_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(source, "_MOST_BYTES", 3_000_000)

    class Endless:
        def read(self, size):
            return b"\0" * size

    with pytest.raises(PictureError, match="it has more than 3 MB; name a file"):
        open_picture(Endless())


@pytest.mark.parametrize("bits", [8, 10, 12, 16])
def test_of_sixteen_bits_those_that_are_used_count(bits):
    values = RAMP.astype(np.uint16) << (bits - 8)
    big_endian = Image.frombytes("I;16B", RAMP.shape[::-1], values.astype(">u2").tobytes())
    for picture in (values, encoded(Image.fromarray(values), "PNG"), encoded(big_endian, "TIFF")):
        assert np.abs(open_picture(picture).pixels.astype(int) - RAMP).max() <= 1

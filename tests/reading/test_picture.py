import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from digitnet.errors import PictureError
from digitnet.reading.picture import FORMATS, open_picture

RAMP = np.tile(np.arange(0, 240, 4, dtype=np.uint8), (40, 1))


def encoded(image: Image.Image, format: str = "PNG", **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_is_decoded(format):
    pixels = open_picture(encoded(Image.fromarray(RAMP), format)).pixels
    grey = pixels if pixels.ndim == 2 else pixels.mean(axis=2)
    assert np.abs(grey.astype(int) - RAMP).mean() < 4


def test_other_formats_are_refused():
    with pytest.raises(PictureError, match=r"no picture of a known format \(JPEG, PNG"):
        open_picture(encoded(Image.fromarray(RAMP), "PPM"))


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (b"", "the file is empty"),
        (b"<html>no picture</html>", "it starts with b'<html>no'"),
        ("/no/such/picture.png", "No such file"),
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


def test_a_folder_is_no_picture(tmp_path):
    with pytest.raises(PictureError, match="a folder without pictures"):
        open_picture(tmp_path)


@pytest.mark.parametrize("format", ["PNG", "JPEG"])
def test_truncated_pictures_are_refused(format):
    noise = np.random.default_rng(0).integers(0, 256, (80, 80), dtype=np.uint8)
    content = encoded(Image.fromarray(noise), format)
    for length in (20, len(content) // 2, len(content) - 30):
        with pytest.raises(PictureError):
            open_picture(content[:length])


def test_a_bomb_is_refused_before_it_is_decoded(monkeypatch):
    contents = [encoded(Image.new("1", (side, side))) for side in (9000, 20_000)]
    monkeypatch.setattr(Image.Image, "load", lambda self: pytest.fail("decoded"))
    with pytest.raises(PictureError, match=r"9000 x 9000 pixels, expected at most 64,000,000"):
        open_picture(contents[0])
    with pytest.raises(PictureError, match=r"far too large, expected at most 64,000,000 in all"):
        open_picture(contents[1])


def test_max_pixels_is_the_callers():
    with pytest.raises(PictureError, match="at most 100 in all"):
        open_picture(RAMP, max_pixels=100)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_rotation_is_undone(orientation):
    corner = np.full((40, 60), 255, np.uint8)
    corner[:10, :10] = 0  # dark where the upright picture's top left is
    undo = {
        1: None, 2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]  # fmt: skip
    image = Image.fromarray(corner)
    stored = image if undo is None else image.transpose(undo)
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = open_picture(encoded(stored, "JPEG", exif=exif, quality=95))
    assert (picture.width, picture.height) == (60, 40)
    assert picture.pixels[2:8, 2:8].max() < 60
    assert picture.pixels[20:, 20:].min() > 200


@pytest.mark.parametrize(
    "image",
    [
        Image.fromarray(RAMP.astype(np.uint16) * 257),
        Image.fromarray(RAMP).convert("RGB"),
        Image.fromarray(RAMP).convert("CMYK"),
        Image.fromarray(RAMP).convert("P"),
        Image.fromarray(RAMP).convert("LA"),
        Image.fromarray(RAMP).convert("RGBA"),
        Image.fromarray(RAMP.astype(np.int32)),
    ],
    ids=lambda image: image.mode,
)
def test_every_mode_keeps_its_greys(image):
    pixels = open_picture(image).pixels.astype(float)
    grey = pixels if pixels.ndim == 2 else pixels.mean(axis=2)
    assert np.corrcoef(grey.ravel(), RAMP.ravel())[0, 1] > 0.999


@pytest.mark.parametrize(
    "array",
    [RAMP, RAMP.astype(np.uint16) * 257, RAMP / 255, RAMP[..., None], np.dstack([RAMP] * 3)],
    ids=["uint8", "uint16", "float", "one channel", "RGB"],
)
def test_arrays_of_every_kind(array):
    pixels = open_picture(array).pixels
    grey = pixels if pixels.ndim == 2 else pixels[..., 0]
    assert np.abs(grey.astype(int) - RAMP).max() <= 1


@pytest.mark.parametrize(("ink", "darker"), [(0, True), (255, False)])
def test_a_transparent_drawing_is_laid_on_what_shows_it(ink, darker):
    drawing = np.zeros((20, 20, 4), np.uint8)
    drawing[5:15, 8:12] = ink, ink, ink, 255
    pixels = open_picture(drawing).pixels.mean(axis=2)
    assert (pixels[10, 10] < pixels[0, 0]) == darker
    assert abs(pixels[10, 10] - pixels[0, 0]) > 200


def test_large_pictures_are_reduced_and_boxes_are_not():
    picture = open_picture(encoded(Image.new("L", (4000, 3000), 255), "JPEG"))
    assert (picture.width, picture.height) == (4000, 3000)
    assert max(picture.pixels.shape) <= 2700
    height, width = picture.pixels.shape
    assert picture.own_box((0, 0, width, height)) == (0, 0, 4000, 3000)


@settings(max_examples=300)
@given(st.data())
def test_damaged_files_are_refused_or_read(data):
    format = data.draw(st.sampled_from(FORMATS))
    content = bytearray(encoded(Image.fromarray(RAMP), format))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        picture = open_picture(bytes(content), max_pixels=1_000_000)
    except PictureError:
        return
    assert picture.pixels.dtype == np.uint8

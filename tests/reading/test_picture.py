import numpy as np
import pytest
from PIL import Image

from digitnet.reading.files.source import open_picture
from digitnet.reading.picture import picture_of
from tests.reading.pictures import encoded

RAMP = np.tile(np.arange(0, 240, 4, dtype=np.uint8), (40, 1))


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


def test_a_large_image_is_closed_once_it_is_reduced():
    image = Image.new("L", (4000, 3000), 255)
    picture_of(image, max_pixels=12_000_000)
    with pytest.raises(ValueError, match="closed"):
        image.load()


@pytest.mark.slow
def test_sixteen_bits_are_reduced_as_eight_are():
    wide = np.kron(RAMP, np.ones((100, 60), np.uint8))[:, :4000]
    eight = open_picture(encoded(Image.fromarray(wide), "TIFF"))
    sixteen = open_picture(encoded(Image.fromarray(wide.astype(np.uint16) * 257), "TIFF"))
    assert sixteen.pixels.shape == eight.pixels.shape
    assert max(sixteen.pixels.shape) <= 2700
    assert np.abs(sixteen.pixels.astype(int) - eight.pixels).max() <= 1


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["1", "P", "I;16", "RGBA", "CMYK"])
def test_large_pictures_of_every_mode_are_reduced(mode):
    image = Image.new("L", (3700, 2800), 200)
    image.paste(30, (0, 0, 1800, 2800))
    image = (
        Image.fromarray(np.asarray(image).astype(np.uint16) * 257)
        if mode == "I;16"
        else image.convert(mode)
    )
    pixels = open_picture(encoded(image, "TIFF")).pixels
    assert pixels.shape[:2] == (1400, 1850)
    grey = pixels if pixels.ndim == 2 else pixels.mean(axis=2)
    assert grey[200, 100] < 80
    assert grey[200, 1800] > 150


def test_a_turned_tiff_has_its_upright_size():
    exif = Image.Exif()
    exif[0x0112] = 6
    stored = Image.new("L", (60, 40), 255)
    stored.paste(0, (0, 0, 10, 10))
    picture = open_picture(encoded(stored, "TIFF", exif=exif))
    assert (picture.width, picture.height) == (40, 60)
    assert picture.pixels.shape == (60, 40)
    assert picture.pixels[2, 37] == 0


@pytest.mark.parametrize("size", [(1080, 20_000), (300, 12_000), (12_001, 40)])
def test_boxes_of_a_long_picture_stand_where_they_are(size):
    picture = picture_of(Image.new("L", size, 255), max_pixels=64_000_000)
    height, width = picture.pixels.shape
    assert picture.own_box((0, 0, width, height)) == (0, 0, *size)
    x, y, *_ = picture.own_box((width / 2, height / 2, 1, 1))
    assert (x, y) == pytest.approx((size[0] / 2, size[1] / 2), abs=1)

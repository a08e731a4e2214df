import io

import numpy as np
import pytest
from PIL import Image

from digitnet.web.size import stated_pixels


def encoded(format, **options):
    buffer = io.BytesIO()
    Image.fromarray(np.zeros((30, 70), np.uint8)).save(buffer, format, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("format", ["PNG", "GIF", "BMP", "JPEG"])
def test_the_size_is_the_heads(format):
    assert stated_pixels(encoded(format)) == 30 * 70


def test_a_progressive_jpeg_with_a_long_head():
    exif = Image.Exif()
    exif[0x010E] = "x" * 40_000
    assert stated_pixels(encoded("JPEG", progressive=True, exif=exif)) == 30 * 70


@pytest.mark.parametrize("content", [b"", b"text", encoded("TIFF"), encoded("WEBP")])
def test_what_is_not_seen_at_once(content):
    assert stated_pixels(content) is None


@pytest.mark.parametrize("format", ["PNG", "GIF", "BMP", "JPEG"])
def test_a_head_that_is_cut_or_damaged_is_no_error(format):
    whole = encoded(format)
    random = np.random.default_rng(0)
    for length in range(0, 200, 3):
        damaged = bytearray(whole[:length])
        for at in random.integers(2, 200, 3):
            if at < len(damaged):
                damaged[at] = random.integers(256)
        stated = stated_pixels(bytes(damaged))
        assert stated is None or stated >= 0


def test_a_jpeg_of_nothing_but_segments_ends():
    assert stated_pixels(b"\xff\xd8" + b"\xff\xe0\x00\x02" * 100_000) is None
    assert stated_pixels(b"\xff\xd8" + b"\xff\xe0\x00\x00" * 100_000) is None

import io

import numpy as np
import pytest
from PIL import Image

from digitnet.errors import PictureError
from digitnet.reading.files import frames
from digitnet.reading.files.frames import Frames, said_by
from tests.reading.pictures import encoded, greys, paged

MOST = 64_000_000


def opened(content: bytes) -> Frames:
    return Frames(io.BytesIO(content), content[:1024], MOST)


@pytest.mark.parametrize("format", ["TIFF", "GIF", "WEBP", "HEIC"])
def test_every_frame_in_order_and_again(format):
    whole = opened(paged(format))
    assert len(whole) == 3
    for number in (0, 1, 2, 1):
        mean = np.asarray(whole.image(number).convert("L")).mean()
        assert mean == pytest.approx(20 + 40 * number, abs=4)


def test_a_cameras_preview_behind_a_jpeg_is_no_page():
    first, second = greys(2)
    content = encoded(first, "MPO", save_all=True, append_images=[second])
    with Image.open(io.BytesIO(content)) as image:
        assert image.n_frames == 2
    assert len(opened(content)) == 1


def test_a_page_made_small_in_a_tiff_is_no_page_of_its_own():
    from PIL.TiffImagePlugin import AppendingTiffWriter, ImageFileDirectory_v2

    buffer = io.BytesIO()
    small = ImageFileDirectory_v2()
    small[254] = 1
    with AppendingTiffWriter(buffer, new=True) as writer:
        for image, tags in zip(greys(3), (None, small, None), strict=True):
            image.save(writer, "TIFF", **({"tiffinfo": tags} if tags else {}))
            writer.newFrame()
    whole = opened(buffer.getvalue())
    assert len(whole) == 2
    assert np.asarray(whole.image(1)).mean() == 100


def test_heic_without_its_package(monkeypatch):
    content = paged("HEIC")
    monkeypatch.setattr("digitnet.reading.files.formats.find_spec", lambda name: None)
    frames._register_heif.cache_clear()
    with pytest.raises(PictureError, match="it is a HEIC picture; to read it: pip install"):
        opened(content)


def test_what_a_decoder_says_is_one_line():
    assert said_by(ValueError("one\n  two")) == "one two"
    assert said_by(ValueError()) == "ValueError"


@pytest.mark.parametrize("format", ["TIFF", "HEIC"])
def test_a_page_too_large_is_refused_before_it_is_decoded(format, monkeypatch):
    content = paged(format)
    whole = Frames(io.BytesIO(content), content[:1024], 1000)
    monkeypatch.setattr(Image.Image, "copy", lambda self: pytest.fail("decoded"))
    with pytest.raises(PictureError, match=r"0.0024 megapixels \(60 x 40\), expected at most"):
        whole.image(1)

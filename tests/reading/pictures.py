"""Files as people have them, made by the libraries that their devices use."""

import io

import numpy as np
import pytest
from PIL import Image

from digitnet.reading.files.formats import HEIC, PDF, installed


def encoded(image: Image.Image, format: str = "PNG", **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def greys(count: int) -> list[Image.Image]:
    """Pictures of one grey each, one lighter than the other."""
    return [Image.fromarray(np.full((40, 60), 20 + 40 * n, np.uint8)) for n in range(count)]


def paged(format: str, count: int = 3) -> bytes:
    """One file of several pages, each lighter than the one before."""
    first, *rest = greys(count)
    if format == "HEIC":
        if not installed(HEIC):
            pytest.skip("the extra heic is not installed")
        heif = pytest.importorskip("pillow_heif")
        file = heif.from_pillow(first)
        for image in rest:
            file.add_from_pillow(image)
        buffer = io.BytesIO()
        file.save(buffer, quality=90)
        return buffer.getvalue()
    if format == "PDF":
        if not installed(PDF):
            pytest.skip("the extra pdf is not installed")
        return encoded(first, "PDF", save_all=True, append_images=rest, resolution=300)
    options = {"save_all": True, "append_images": rest}
    return encoded(first, format, **({"lossless": True} if format == "WEBP" else {}), **options)

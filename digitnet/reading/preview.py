"""A picture made small, as the bytes of a JPEG."""

import io

from PIL import Image

from digitnet.reading.picture import Picture

_QUALITY = 60


def preview_of(picture: Picture, side: int) -> bytes:
    """side: pixels of its longer side at most."""
    image = Image.fromarray(picture.pixels)
    image.thumbnail((side, side))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=_QUALITY)
    return buffer.getvalue()

"""What tests ask of a picture."""

import io

import numpy as np
from PIL import Image


def pixels(content: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(content)) as image:
        assert image.format == "PNG"
        return np.asarray(image.convert("RGBA"))


def assert_drawn(content: bytes) -> None:
    """It shows something on a clear ground, so that it suits light and dark pages."""
    image = pixels(content)
    assert image[0, 0, 3] == 0
    drawn = image[..., 3] > 0
    assert 0.01 < drawn.mean() < 0.95
    assert len(np.unique(image[drawn][:, :3], axis=0)) >= 2  # axes, and what they are for

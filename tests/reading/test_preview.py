import io

import numpy as np
import pytest
from PIL import Image

from digitnet.reading.picture import Picture
from digitnet.reading.preview import preview_of


@pytest.mark.parametrize("shape", [(1000, 2000), (1000, 2000, 3), (20, 10)])
def test_it_is_small_and_never_enlarged(shape):
    pixels = np.full(shape, 90, np.uint8)
    with Image.open(io.BytesIO(preview_of(Picture(pixels, shape[1], shape[0]), 64))) as small:
        assert small.format == "JPEG"
        assert small.size == ((64, 32) if shape[0] == 1000 else (10, 20))
        assert abs(np.asarray(small).mean() - 90) < 2

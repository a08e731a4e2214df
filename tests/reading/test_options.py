import numpy as np
import pytest

from digitnet.reading.options import looking, opening


def test_options_are_of_the_file_or_of_the_picture():
    options = {"one": True, "dpi": 200, "max_pixels": 5, "expected": None}
    assert opening(options) == {"dpi": 200, "max_pixels": 5}
    assert looking(options) == {"one": True, "expected": None}
    assert opening({}) == looking({}) == {}


def test_what_is_no_option_is_refused(reader):
    blank = np.full((40, 40), 255, np.uint8)
    with pytest.raises(TypeError, match="'ones'"):
        reader.read(blank, ones=True)
    with pytest.raises(TypeError, match="'page'"):
        list(reader.read_many([blank], page=2))
    with pytest.raises(TypeError, match="'maxpixels'"):
        list(reader.read_pages(blank, maxpixels=2))

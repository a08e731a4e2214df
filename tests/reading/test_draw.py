from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from digitnet.errors import OutputError
from digitnet.reading.draw import draw_boxes, draw_stages, encode
from tests.reading.conftest import page


@pytest.mark.slow
def test_boxes_and_stages_show_each_digit(reader, digits):
    seen = reader.inspect(page(digits, ["407", "12"]))
    boxes = np.asarray(draw_boxes(seen))
    assert (boxes == (0, 130, 95)).all(axis=2).sum() > 500  # the green of accepted digits
    few = draw_stages(seen)
    assert few.height > 5 * 100
    assert np.asarray(few).std() > 20


@pytest.mark.slow
def test_a_turned_page_is_drawn_as_it_came(reader, digits):
    picture = np.rot90(page(digits, ["407", "12"]))
    drawn = draw_boxes(reader.inspect(picture))
    assert drawn.width / drawn.height == pytest.approx(picture.shape[1] / picture.shape[0])


def test_a_blank_says_so(reader):
    assert np.asarray(draw_stages(reader.inspect(np.full((50, 50), 255, np.uint8)))).min() < 200


def test_the_ending_names_the_format(reader):
    picture = draw_boxes(reader.inspect(np.zeros((9, 9), np.uint8)))
    assert encode(picture, Path("a.png")).startswith(b"\x89PNG")
    assert encode(picture, Path("a.jpg")).startswith(b"\xff\xd8")
    with pytest.raises(OutputError, match=r"a\.txt has no picture's ending; name it a\.png"):
        encode(picture, Path("a.txt"))


@pytest.mark.parametrize("ending", ["psd", "xbm", "h5", "fli"])
def test_what_can_only_be_read_is_no_format_to_write(ending):
    with pytest.raises(OutputError, match=r"has no picture's ending; name it a\.png"):
        encode(Image.new("RGB", (9, 9)), Path(f"a.{ending}"))


def test_a_picture_too_high_for_its_format_is_told():
    with pytest.raises(OutputError, match=r"cannot write a.webp as WEBP, 9 x 17000 pixels"):
        encode(Image.new("RGB", (9, 17_000)), Path("a.webp"))

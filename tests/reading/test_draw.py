from pathlib import Path

import numpy as np
import pytest

from digitnet.errors import OutputError
from digitnet.reading.draw import draw_boxes, draw_stages, encode
from tests.reading.conftest import page


def test_boxes_and_stages_show_each_digit(reader, digits):
    prepared = reader.prepare(page(digits, ["407", "12"]))
    reading = reader.reading(prepared)
    boxes = np.asarray(draw_boxes(prepared, reading))
    assert (boxes == (0, 130, 95)).all(axis=2).sum() > 500  # the green of accepted digits
    few = draw_stages(prepared, reading)
    assert few.height > 5 * 100
    assert np.asarray(few).std() > 20


def test_a_blank_says_so(reader):
    prepared = reader.prepare(np.full((50, 50), 255, np.uint8))
    assert np.asarray(draw_stages(prepared, reader.reading(prepared))).min() < 200


def test_the_ending_names_the_format(reader):
    picture = draw_boxes(
        prepared := reader.prepare(np.zeros((9, 9), "u1")), reader.reading(prepared)
    )
    assert encode(picture, Path("a.png")).startswith(b"\x89PNG")
    assert encode(picture, Path("a.jpg")).startswith(b"\xff\xd8")
    with pytest.raises(OutputError, match=r"a\.txt has no picture's ending; name it a\.png"):
        encode(picture, Path("a.txt"))

import json

import cv2
import pytest

from digitnet.errors import PictureError
from digitnet.web.job import Job
from digitnet.web.reply import answered
from tests.reading.conftest import photo
from tests.web.conftest import png


@pytest.fixture(scope="module")
def picture(digits):
    return png(photo(digits[6]))


@pytest.mark.slow
def test_an_answer_is_the_readings_json_and_its_counts(reader, picture):
    answer = answered(reader, Job(one=True, top=2), picture, 10**6, 9)
    assert (answer.status, answer.accepted, answer.refused) == (200, 1, 0)
    assert json.loads(answer.content) == reader.read(picture, one=True).to_dict(2)


def test_too_many_pixels_are_the_pictures_fault(reader, picture):
    answer = answered(reader, Job(), picture, 100, 9)
    assert answer.status == 422
    assert json.loads(answer.content)["error"]["code"] == "unreadable_picture"


@pytest.mark.parametrize("error", [MemoryError(), cv2.error("Insufficient memory")])
def test_want_of_memory_is_told_as_such(reader, monkeypatch, picture, error):
    def inspect(*args, **kwargs):
        raise PictureError("the picture is damaged") from error

    monkeypatch.setattr(type(reader), "inspect_picture", inspect)
    answer = answered(reader, Job(), picture, 10**6, 9)
    assert (answer.status, answer.spent) == (422, True)
    assert "too much memory" in json.loads(answer.content)["error"]["message"]


def test_a_defect_has_its_trace(reader, monkeypatch, picture):
    monkeypatch.setattr(type(reader), "inspect_picture", lambda *args, **kwargs: 1 // 0)
    answer = answered(reader, Job(), picture, 10**6, 9)
    assert answer.status == 500
    assert b"ZeroDivisionError" in answer.content

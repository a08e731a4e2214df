import json

import numpy as np
import pytest

from tests.reading.conftest import photo
from tests.web.conftest import png


@pytest.fixture(scope="module")
def picture(digits):
    return png(photo(digits[4]))


@pytest.mark.parametrize(("asked", "one"), [("true", True), ("1", True), ("False", False)])
def test_one_is_said_in_either_way(client, reader, picture, asked, one):
    answer = client.post(f"/api/read?one={asked}", content=picture)
    assert answer.json() == reader.read(picture, one=one).to_dict()


@pytest.mark.parametrize("value", ["", "yes", "2", "truetrue"])
def test_another_flag_is_refused_in_its_own_words(client, picture, value):
    error = client.post(f"/api/read?one={value}", content=picture).json()["error"]
    assert error == {
        "code": "bad_parameter",
        "message": f"one is {value!r}, expected true or false",
    }


@pytest.mark.parametrize("value", ["0", "11", "-1", "1.5", "٣", "00001"])
def test_a_number_out_of_range_names_the_range(client, picture, value):
    error = client.post("/api/read", params={"top": value}, content=picture).json()["error"]
    assert error == {"code": "bad_parameter", "message": "top is no number from 1 to 10"}


def test_it_is_ready_only_once_a_picture_was_read(client_of):
    client = client_of()
    assert client.get("/readyz").status_code == 503
    with client:
        assert client.get("/readyz").status_code == 200


def test_a_corrections_memory_is_given_back(client_of, tmp_path):
    correction = json.dumps({"label": "4", "image": np.zeros((28, 28), int).tolist()})
    headers = {"Content-Type": "application/json"}
    with client_of(collect=tmp_path, held_bytes=len(correction) + 10) as client:
        for _ in range(3):
            answer = client.post("/api/correct", content=correction, headers=headers)
            assert answer.status_code == 201
    assert len(list(tmp_path.iterdir())) == 3

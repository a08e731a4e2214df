import json

import numpy as np
import pytest

from tests.reading.conftest import photo
from tests.web.conftest import png


@pytest.fixture(scope="module")
def picture(digits):
    return png(photo(digits[4]))


@pytest.mark.slow
@pytest.mark.parametrize(("asked", "one"), [("true", True), ("1", True), ("False", False)])
def test_one_is_said_in_either_way(client, reader, picture, asked, one):
    answer = client.post(f"/api/read?one={asked}", content=picture)
    assert answer.json() == reader.read(picture, one=one).to_dict()


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


@pytest.mark.slow
def test_a_pictures_memory_is_given_back(client_of, picture):
    with client_of(held_bytes=len(picture) + 10) as client:
        for _ in range(3):
            assert client.post("/api/read", content=picture).status_code == 200
            assert client.post("/api/read?one=maybe", content=picture).status_code == 422

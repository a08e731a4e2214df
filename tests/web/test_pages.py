import gzip

import pytest

from digitnet.errors import WeightsError
from digitnet.web import pages
from digitnet.web.one_file import STATIC


def test_every_file_of_the_page_has_an_address():
    paths = {route.path for route in pages.routes()}
    assert {"/", "/docs", "/static/main.js", "/static/style.css", "/static/icon.svg"} <= paths
    assert {"/static/digitnet.bin", "/static/documented.bin"} <= paths
    assert len(paths) == len(list(STATIC.iterdir())) + 2


def test_a_file_is_packed_for_those_who_take_it(client):
    packed = client.get("/static/main.js", headers={"Accept-Encoding": "gzip"})
    plain = client.get("/static/main.js", headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    whole = (STATIC / "main.js").read_bytes()
    assert packed.content == plain.content == whole
    assert int(packed.headers["content-length"]) == len(gzip.compress(whole, mtime=0))


def test_a_changed_file_is_sent(client):
    answer = client.get("/static/main.js", headers={"If-None-Match": '"another"'})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/javascript")


def test_a_network_of_other_weights_is_not_served():
    with pytest.raises(WeightsError, match="made of other weights"):
        pages.routes(fingerprint="another")

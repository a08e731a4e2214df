"""What the server does not answer, and whom."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from digitnet.reading import Reader
from tests.web.conftest import problem

# What cannot be answered


@pytest.mark.parametrize("body", [b"", b"text", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff" * 50])
def test_what_is_no_picture(client, body):
    assert problem(client.post("/api/read", content=body)) == (422, "unreadable_picture")


@pytest.mark.parametrize("query", ["one=yes", "top=0", "top=11", "top=x", "top=1e1", "top=%C2%B2"])
def test_bad_parameters(client, pictures, query):
    answer = client.post(f"/api/read?{query}", content=pictures["digit"])
    assert problem(answer) == (422, "bad_parameter")


def test_more_pixels_than_allowed(client_of, pictures):
    with client_of(max_pixels=1000) as client:
        answer = client.post("/api/read", content=pictures["digit"])
    assert problem(answer) == (422, "unreadable_picture")
    assert "expected at most 0.001 megapixels" in answer.json()["error"]["message"]


def chunks(total):
    for _ in range(0, total, 1000):
        yield b"x" * 1000


def test_a_body_that_is_too_long(client_of):
    with client_of(max_body_bytes=5000) as client:
        assert problem(client.post("/api/read", content=b"x" * 5001)) == (413, "too_large")
        assert problem(client.post("/api/read", content=chunks(9000))) == (413, "too_large")
        lying = client.post("/api/read", content=chunks(9000), headers={"Content-Length": "10"})
        assert problem(lying) == (413, "too_large")
        # Its memory was given back.
        assert problem(client.post("/api/read", content=b"x" * 4999))[0] == 422


def test_too_many_bytes_at_once(client_of):
    with client_of(held_bytes=3000) as client:
        answer = client.post("/api/read", content=chunks(9000))
    assert problem(answer) == (503, "busy")
    assert answer.headers["retry-after"] == "1"


@pytest.mark.slow
def test_too_much_work_is_turned_away_at_once(client_of, monkeypatch, pictures):
    """While one picture is at work and one waits; not before, not after."""
    let_go = threading.Event()
    inspect = Reader.inspect_picture

    def slow(*args, **kwargs):
        let_go.wait(20)
        return inspect(*args, **kwargs)

    def post():
        return client.post("/api/read", content=pictures["digit"])

    with client_of(client_pictures=1, waiting=1) as client, ThreadPoolExecutor(2) as pool:
        monkeypatch.setattr(Reader, "inspect_picture", slow)
        firsts = [pool.submit(post) for _ in range(2)]
        while "digitnet_in_flight 2.0" not in client.get("/metrics").text:
            time.sleep(0.01)
        third = post()
        let_go.set()
        assert [first.result().status_code for first in firsts] == [200, 200]
        fourth = post()
    assert problem(third) == (503, "busy")
    assert third.headers["retry-after"] == "1"
    assert fourth.status_code == 200


def test_a_picture_that_takes_too_long_is_given_up(client_of, monkeypatch, pictures):
    let_go = threading.Event()
    with client_of(read_s=0.1) as client:
        monkeypatch.setattr(Reader, "inspect_picture", lambda *args, **kwargs: let_go.wait(20))
        answer = client.post("/api/read", content=pictures["digit"])
        let_go.set()
        assert "digitnet_workers_replaced 1.0" in client.get("/metrics").text
    assert problem(answer) == (422, "took_too_long")
    assert "more than 0.1 seconds" in answer.json()["error"]["message"]


def test_unknown_addresses_and_methods(client):
    assert problem(client.get("/nothing")) == (404, "not_found")
    assert problem(client.get("/api/read")) == (405, "method_not_allowed")
    assert problem(client.get("/static/../api.py")) == (404, "not_found")
    # No redirect, which would name the host that the request named.
    assert problem(client.get("/api/read/", headers={"Host": "evil.example"})) == (404, "not_found")


def test_a_defect_is_told_without_its_trace(client_of, monkeypatch, pictures):
    def broken(*args, **kwargs):
        raise RuntimeError("secret /path")

    with client_of() as client:
        monkeypatch.setattr(Reader, "inspect_picture", broken)
        answer = client.post("/api/read", content=pictures["digit"])
    assert problem(answer) == (500, "internal")
    assert "secret" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


# Who may ask


@pytest.mark.slow
def test_a_token(client_of, pictures):
    with client_of(token="open sesame") as client:
        post = lambda **headers: client.post(  # noqa: E731
            "/api/read", content=pictures["digit"], headers=headers
        )
        assert problem(post()) == (401, "unauthorised")
        assert problem(post(Authorization="Bearer open")) == (401, "unauthorised")
        assert post(Authorization="Bearer open sesame").status_code == 200
        assert client.get("/healthz").status_code == 200
        assert problem(client.get("/metrics")) == (401, "unauthorised")
    with client_of(token="open sesame", open_metrics=True) as client:
        assert client.get("/metrics").status_code == 200


def test_a_token_and_another_site(client_of, pictures):
    """The browser asks first, without the token, and reads why it was refused."""
    origin = {"Origin": "https://example.org"}
    with client_of(token="open sesame", allow_origin="https://example.org") as client:
        asked = origin | {
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization",
        }
        assert client.options("/api/read", headers=asked).status_code == 200
        refused = client.post("/api/read", content=pictures["digit"], headers=origin)
        assert refused.status_code == 401
        assert refused.headers["access-control-allow-origin"] == "https://example.org"


def test_other_sites_may_ask_only_where_allowed(client_of):
    origin = {"Origin": "https://example.org"}
    with client_of() as client:
        assert "access-control-allow-origin" not in client.get("/api/about", headers=origin).headers
    with client_of(allow_origin="https://example.org") as client:
        headers = client.get("/api/about", headers=origin).headers
        assert headers["access-control-allow-origin"] == "https://example.org"
        other = client.get("/api/about", headers={"Origin": "https://evil.example"}).headers
        assert "access-control-allow-origin" not in other


@pytest.mark.parametrize("path", ["/", "/docs", "/api/about", "/nothing", "/static/main.js"])
def test_headers_that_keep_browsers_safe(client, path):
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


# Corrections


def test_corrections_are_kept_only_where_told(client_of, tmp_path):
    image = [[(row * column) % 256 for column in range(28)] for row in range(28)]
    correction = {"label": "4", "image": image}
    with client_of() as client:
        assert client.get("/api/about").json()["collects"] is False
        assert problem(client.post("/api/correct", json=correction)) == (403, "not_collecting")
    with client_of(collect=tmp_path) as client:
        assert client.get("/api/about").json()["collects"] is True
        answer = client.post("/api/correct", json=correction)
        assert answer.status_code == 201
        (kept,) = tmp_path.iterdir()
        assert kept.name.startswith("4-")
        assert kept.stem == answer.json()["name"]
        assert np.asarray(Image.open(kept)).tolist() == image
        assert client.delete(f"/api/correct/{kept.stem}").json() == {"kept": False}
        assert problem(client.delete(f"/api/correct/{kept.stem}")) == (404, "not_found")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{}", b"nonsense", b'{"label": "12", "image": []}',
        b'{"label": "../../etc", "image": [[1]]}', b'{"label": [], "image": {}}',
        b'{"label": "1", "image": [[[[[[1]]]]]]}', b"[" * 10_000, b"[" * 100_000,
        b'{"label": "1", "image": ["' + b"a" * 9000 + b'", "b"]}',
    ],
)  # fmt: skip
def test_what_is_no_correction(client_of, tmp_path, body):
    with client_of(collect=tmp_path) as client:
        json_type = {"Content-Type": "application/json"}
        answer = client.post("/api/correct", content=body, headers=json_type)
        assert problem(answer)[1] in ("bad_correction", "too_large")
    assert list(tmp_path.iterdir()) == []


def test_a_correction_from_a_page_elsewhere_is_refused(client_of, tmp_path):
    """Which can post text without being asked whether it may."""
    correction = json.dumps({"label": "4", "image": [[0] * 28] * 28})
    with client_of(collect=tmp_path) as client:
        answer = client.post(
            "/api/correct", content=correction, headers={"Content-Type": "text/plain"}
        )
    assert problem(answer) == (415, "not_json")
    assert list(tmp_path.iterdir()) == []

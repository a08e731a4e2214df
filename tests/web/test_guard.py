import json
import logging

import pytest

from digitnet.web.guard import Line


def record(**more):
    return logging.makeLogRecord({"msg": "served for %d s", "args": (3,), "created": 0} | more)


ENTRY = {
    "method": "GET",
    "path": "/a\nb",
    "status": 404,
    "duration_ms": 1.5,
    "client": "127.0.0.1",
}


def test_a_request_is_a_line_for_people_and_for_programs():
    # What a client sent cannot begin a line of its own.
    assert Line("text").format(record(entry=ENTRY)) == "127.0.0.1 GET '/a\\nb' 404 1.5 ms"
    stamped = {"time": "1970-01-01T00:00:00Z", "level": "info"}
    line = Line("json").format(record(entry=ENTRY, levelname="INFO"))
    assert "\n" not in line
    assert json.loads(line) == stamped | ENTRY


def test_a_defect_has_its_trace():
    try:
        raise ZeroDivisionError("by nothing")
    except ZeroDivisionError as error:
        failed = record(exc_info=(type(error), error, error.__traceback__))
    assert Line("text").format(failed).startswith("served for 3 s\nTraceback")
    assert "by nothing" in json.loads(Line("json").format(failed))["trace"]


def test_requests_are_logged_with_their_status(client, caplog):
    with caplog.at_level(logging.INFO, "digitnet.web.access"):
        client.get("/nothing?secret=1")
    (entry,) = [r.entry for r in caplog.records if r.name == "digitnet.web.access"]
    assert (entry["method"], entry["path"], entry["status"]) == ("GET", "/nothing", 404)
    assert entry["duration_ms"] >= 0


@pytest.mark.parametrize("word", ["", "Bearer", "bearer sesame", "Bearer sesame ", "sesame"])
def test_only_the_token_itself_opens(client_of, word):
    with client_of(token="sesame") as client:
        refused = client.get("/api/about", headers={"Authorization": word})
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"] == "Bearer"
        assert refused.headers["x-frame-options"] == "DENY"
        assert client.get("/api/about", headers={"Authorization": "Bearer sesame"}).is_success

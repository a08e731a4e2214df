import json
import logging

from digitnet.web.log import Line


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

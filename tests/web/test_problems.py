import asyncio
import json

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request

from digitnet.web import problems


def answered(error):
    request = Request({"type": "http", "method": "PUT", "headers": []})
    answer = asyncio.run(problems.answer_http_exception(request, error))
    return answer, json.loads(answer.body)["error"]


def test_a_problem_is_json_of_one_form():
    answer = problems.busy("too many pictures at once").response()
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"
    assert json.loads(answer.body) == {
        "error": {"code": "busy", "message": "too many pictures at once; try again in a second"}
    }


def test_a_wrong_method_names_the_right_ones():
    answer, error = answered(HTTPException(405, headers={"Allow": "GET, POST"}))
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, POST"
    assert error == {
        "code": "method_not_allowed",
        "message": "PUT is not understood here, expected GET, POST",
    }


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (HTTPException(404), "not_found", "nothing is here; see /docs"),
        (HTTPException(400, "odd header"), "bad_request", "odd header"),
    ],
)
def test_what_starlette_refuses_has_the_same_form(error, code, message):
    answer, told = answered(error)
    assert (answer.status_code, told) == (error.status_code, {"code": code, "message": message})

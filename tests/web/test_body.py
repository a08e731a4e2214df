import asyncio

import pytest
from starlette.requests import Request

from digitnet.web.body import Bodies
from digitnet.web.problems import RequestError
from digitnet.web.settings import Settings


def request(parts, stated=None):
    """A request whose body comes in these parts; None breaks it off, a number is a wait."""
    waiting = list(parts)

    async def receive():
        part = waiting.pop(0)
        if isinstance(part, float):
            await asyncio.sleep(part)
            part = b""
        if part is None:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": part, "more_body": bool(waiting)}

    headers = [(b"content-length", str(stated).encode())] if stated else []
    return Request({"type": "http", "method": "POST", "headers": headers}, receive)


def received(bodies, *parts, most_bytes=None, stated=None):
    return asyncio.run(bodies.received(request(parts, stated), most_bytes))


def refused(bodies, *parts, **options):
    with pytest.raises(RequestError) as caught:
        received(bodies, *parts, **options)
    return caught.value.status, caught.value.code


def test_a_body_is_its_parts_in_order():
    assert received(Bodies(Settings()), b"ab", b"", b"c").content == b"abc"


@pytest.mark.parametrize("stated", [None, 2, 6])
def test_what_arrives_counts_whatever_was_stated(stated):
    bodies = Bodies(Settings(max_body_bytes=5))
    assert refused(bodies, b"abc", b"def", stated=stated) == (413, "too_large")
    assert received(bodies, b"abc", b"de", stated=stated and 5).content == b"abcde"


def test_one_kind_of_request_has_a_limit_of_its_own():
    bodies = Bodies(Settings(max_body_bytes=5))
    assert refused(bodies, b"abc", most_bytes=2) == (413, "too_large")


def test_a_slow_body_and_one_that_breaks_off():
    bodies = Bodies(Settings(send_s=0.01))
    assert refused(bodies, b"a", 5.0, b"b") == (408, "too_slow")
    assert refused(bodies, b"a", None) == (400, "broken_off")


def test_memory_is_common_and_given_back_once():
    bodies = Bodies(Settings(held_bytes=6))
    first = received(bodies, b"abcd")
    assert refused(bodies, b"abc") == (503, "busy")
    first.release()
    first.release()
    held = received(bodies, b"abcdef")  # what was refused, or released twice, counts nothing
    assert refused(bodies, b"a") == (503, "busy")
    held.release()

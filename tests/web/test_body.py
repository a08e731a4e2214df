import asyncio

import pytest
from starlette.requests import Request

from digitnet.web.body import Bodies
from digitnet.web.problems import RequestError
from digitnet.web.settings import Settings


def request(parts, headers):
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

    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "POST", "headers": raw}, receive)


def received(bodies, *parts, most_bytes=0, **headers):
    headers = {name.replace("_", "-"): value for name, value in headers.items()}

    async def whole():
        async with bodies.received(request(parts, headers), most_bytes) as body:
            return body

    return asyncio.run(whole())


def refused(bodies, *parts, **options):
    with pytest.raises(RequestError) as caught:
        received(bodies, *parts, **options)
    return caught.value.status, caught.value.code


def test_a_body_is_its_parts_in_order():
    assert received(Bodies(Settings()), b"ab", b"", b"c").content == b"abc"


@pytest.mark.parametrize("stated", [{}, {"content_length": "2"}, {"content_length": "6"}])
def test_what_arrives_counts_whatever_was_stated(stated):
    bodies = Bodies(Settings(max_body_bytes=5))
    assert refused(bodies, b"abc", b"def", **stated) == (413, "too_large")
    assert received(bodies, b"abc", b"de").content == b"abcde"


def test_one_kind_of_request_has_a_limit_of_its_own():
    bodies = Bodies(Settings(max_body_bytes=5))
    assert refused(bodies, b"abc", most_bytes=2) == (413, "too_large")


def test_a_limit_is_told_in_megabytes():
    with pytest.raises(RequestError, match=r"longer than 20 MB"):
        received(Bodies(Settings()), b"x" * 20_000_001)


def test_a_slow_body_and_one_that_breaks_off():
    bodies = Bodies(Settings(send_s=0.01))
    assert refused(bodies, b"a", 5.0, b"b") == (408, "too_slow")
    assert refused(bodies, b"a", None) == (400, "broken_off")


def test_memory_is_common_and_given_back():
    bodies = Bodies(Settings(held_bytes=6))

    async def both():
        async with bodies.received(request([b"abcd"], {})):
            with pytest.raises(RequestError) as caught:
                async with bodies.received(request([b"abc"], {})):
                    pass
        return caught.value.code

    assert asyncio.run(both()) == "busy"
    assert received(bodies, b"abcdef").content == b"abcdef"  # what was refused counts nothing


def test_a_packed_body_is_not_unpacked():
    assert refused(Bodies(Settings()), b"a", content_encoding="gzip") == (415, "packed")
    assert received(Bodies(Settings()), b"a", content_encoding="identity").content == b"a"


# Forms


def form(*parts):
    """parts: heads and contents."""
    whole = b"".join(
        b"--mark\r\nContent-Disposition: form-data; " + head + b"\r\n\r\n" + content + b"\r\n"
        for head, content in parts
    )
    return whole + b"--mark--\r\n"


FILE = b'name="file"; filename="a.png"'
VALID = b'name="valid"; filename="list.txt"'
TYPE = "multipart/form-data; boundary=mark"


@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_a_forms_file_and_fields_however_it_is_cut(size):
    content = bytes(range(256)) * 10 + b"\r\n--mar"
    whole = form((FILE, content), (b'name="one"', b"true"))
    parts = [whole[at : at + size] for at in range(0, len(whole), size)]
    body = received(Bodies(Settings()), *parts, content_type=TYPE)
    assert (body.content, body.fields) == (content, {"one": "true"})


def test_a_list_may_be_a_file_of_the_form():
    whole = form((VALID, b"12\r\n13\r\n"), (FILE, b"picture"))
    body = received(Bodies(Settings()), whole, content_type=TYPE)
    assert (body.content, body.fields) == (b"picture", {"valid": "12\r\n13\r\n"})


def test_a_form_is_counted_as_any_body():
    bodies = Bodies(Settings(max_body_bytes=500))
    whole = form((FILE, b"x" * 600))
    assert refused(bodies, whole[:300], whole[300:], content_type=TYPE) == (413, "too_large")
    assert bodies._held == 0


@pytest.mark.parametrize(
    ("whole", "content_type", "problem"),
    [
        (form((b'name="one"', b"1")), TYPE, (422, "no_file")),
        (form((FILE, b"a"), (FILE, b"b")), TYPE, (400, "bad_form")),
        (form((FILE, b"a"), (VALID, b"\xff")), TYPE, (400, "bad_form")),
        (form((FILE, b"a"), (VALID, b"1" * 1_000_001)), TYPE, (413, "too_large")),
        (form((FILE, b"a"), (b'name="valid"', b"1" * 1_000_001)), TYPE, (400, "bad_form")),
        (form(*[(b'name="one"', b"1")] * 11), TYPE, (400, "bad_form")),
        (form((FILE, b"a")), "multipart/form-data", (400, "bad_form")),
        (b"no form", TYPE, (400, "bad_form")),
        (b"", TYPE, (422, "no_file")),
    ],
)
def test_forms_that_cannot_be_taken_apart(whole, content_type, problem):
    assert refused(Bodies(Settings()), whole, content_type=content_type) == problem

"""Connections, to a server in a thread of this process, whose application answers by itself."""

import contextlib
import json
import socket
import threading
import time

import pytest
import uvicorn

from digitnet.web.protocol import PatientProtocol
from digitnet.web.settings import Settings

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


async def application(scope, receive, send):
    """Says hello once all of the body has come."""
    while (await receive()).get("more_body"):
        pass
    headers = [(b"content-length", b"5")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"hello"})


@contextlib.contextmanager
def serving(application=application, **settings):
    protocol = type("Protocol", (PatientProtocol,), {"settings": Settings(**settings)})
    config = uvicorn.Config(
        application, http=protocol, lifespan="off", ws="none", log_config=None, access_log=False
    )
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, args=[[listening]])
        thread.start()
        while not server.started:
            time.sleep(0.001)
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


@contextlib.contextmanager
def connections(port, count):
    with contextlib.ExitStack() as stack:
        made = []
        for _ in range(count):
            made.append(stack.enter_context(socket.create_connection(("127.0.0.1", port), 5)))
            time.sleep(0.002)  # they are accepted in this order
        yield made


def rest(connection):
    said = b""
    with contextlib.suppress(ConnectionError):
        while part := connection.recv(65536):
            said += part
    return said


def test_an_idle_connection_makes_way_for_a_new_one():
    """A thousand that ask nothing keep nobody out."""
    with serving(connections=3) as port, connections(port, 7) as made:
        made[-1].sendall(GET)
        assert made[-1].recv(100).startswith(b"HTTP/1.1 200")
        assert rest(made[0]) == b""  # the oldest went, without a word
        made[-2].sendall(GET)
        assert made[-2].recv(100).startswith(b"HTTP/1.1 200")


def test_where_all_are_at_work_a_new_one_is_told_in_full():
    body = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n"
    with serving(connections=2) as port, connections(port, 2) as made:
        for connection in made:
            connection.sendall(body)
        time.sleep(0.02)
        with connections(port, 1) as more:
            more[0].sendall(GET)
            head, said = rest(more[0]).split(b"\r\n\r\n")
        assert json.loads(said)["error"]["code"] == "busy"
        assert head.startswith(b"HTTP/1.1 503 Service Unavailable")
        for name in (b"retry-after: 1", b"x-frame-options: DENY", b"content-security-policy: "):
            assert name in head
        made[0].sendall(b"0123456789")  # who was at work goes on
        assert made[0].recv(100).startswith(b"HTTP/1.1 200")


def test_far_too_many_are_not_even_told(monkeypatch):
    monkeypatch.setattr("digitnet.web.protocol._TOLD", 0)
    body = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n"
    with serving(connections=1) as port, connections(port, 1) as made:
        made[0].sendall(body)
        time.sleep(0.02)
        with connections(port, 1) as more:
            assert rest(more[0]) == b""


def test_one_address_has_its_share(monkeypatch):
    monkeypatch.setattr("digitnet.web.protocol.is_loopback", lambda address: False)
    with serving(client_connections=2) as port, connections(port, 3) as made:
        made[2].sendall(GET)
        assert b"from your address" in rest(made[2])
        made[1].sendall(GET)
        assert made[1].recv(100).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("before", [0, 1])
def test_a_head_that_does_not_end(before):
    with serving(send_s=0.05) as port, connections(port, 1) as made:
        for _ in range(before):
            made[0].sendall(GET)
            assert made[0].recv(100).startswith(b"HTTP/1.1 200")
        made[0].sendall(b"GET / HT")
        head, _, said = rest(made[0]).rpartition(b"\r\n\r\n")
    assert b"HTTP/1.1 408 " in head
    assert b"too_slow" in said


def test_a_head_that_is_too_large():
    with serving(max_head_bytes=100) as port, connections(port, 2) as made:
        made[0].sendall(b"GET / HTTP/1.1\r\nX: " + b"y" * 100)
        assert b"headers_too_large" in rest(made[0])
        made[1].sendall(b"GET /" + b"y" * 100 + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"headers_too_large" in rest(made[1])


def test_what_is_no_http_is_told_as_json():
    with serving() as port, connections(port, 1) as made:
        made[0].sendall(b"\x16\x03\x01\x02\x00\r\n\r\n")
        assert b"bad_request" in rest(made[0])


def long_answer(size):
    async def application(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": bytes(size)})

    return application


@pytest.mark.parametrize("size", [100_000_000, 8_000_000])
def test_who_reads_no_answer_goes(size):
    with serving(long_answer(size), send_s=0.5) as port, connections(port, 1) as (deaf,):
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.sendall(GET)
        time.sleep(2)
        assert len(rest(deaf)) < size


def test_who_reads_slowly_stays():
    with serving(long_answer(8_000_000), send_s=2) as port, connections(port, 1) as (slow,):
        slow.sendall(GET)
        got, started = 0, time.monotonic()
        while got < 8_000_000:
            part = slow.recv(300_000)
            assert part, f"closed after {got} bytes"
            got += len(part)
            time.sleep(0.1)
        assert time.monotonic() - started > 2

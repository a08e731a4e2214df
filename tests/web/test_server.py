"""The real command, with clients that misbehave."""

import contextlib
import http.client
import json
import signal
import socket
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from tests.conftest import ROOT
from tests.reading.conftest import photo
from tests.web.conftest import Running, png, running

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server():
    with running() as server:
        yield server


@pytest.fixture(scope="module")
def picture(digits) -> bytes:
    return png(photo(digits[3]))


def connected(server) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=10)


def received(connection: socket.socket) -> bytes:
    parts = []
    while part := connection.recv(65536):
        parts.append(part)
    return b"".join(parts)


def request(picture: bytes, *more: str) -> bytes:
    head = ["POST /api/read?one=true HTTP/1.1", "Host: x", f"Content-Length: {len(picture)}", *more]
    return "\r\n".join([*head, "Connection: close", "", ""]).encode() + picture


def test_a_picture_is_read(server, picture):
    with connected(server) as connection:
        connection.sendall(request(picture))
        head, body = received(connection).split(b"\r\n\r\n", 1)
    assert head.startswith(b"HTTP/1.1 200")
    assert b"server:" not in head.lower()
    assert json.loads(body)["text"] == "3"


def test_headers_without_end(server):
    with connected(server) as connection:
        try:
            connection.sendall(b"GET / HTTP/1.1\r\n" + b"X-Long: y\r\n" * 5000)
        except ConnectionError:
            pass
        else:
            answer = received(connection)
            assert answer.startswith(b"HTTP/1.1 431")
            assert b"headers_too_large" in answer


def test_a_head_that_ends_between_two_packets(server, picture):
    whole = request(picture + b"x" * 40_000)
    end = whole.index(b"\r\n\r\n") + 3
    with connected(server) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(whole[:end])
        time.sleep(0.1)
        connection.sendall(whole[end:])
        assert received(connection).startswith(b"HTTP/1.1 200")


def test_an_early_answer_is_one_answer_and_arrives(server):
    """Refused at its head, while its body is still on the way."""
    with connected(server) as connection:
        connection.sendall(b"POST /nothing HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n")
        for _ in range(9):
            connection.sendall(b"x" * 100_000)
            time.sleep(0.02)
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        answers = received(connection)
    assert answers.startswith(b"HTTP/1.1 404")
    assert answers.count(b"HTTP/1.1 ") == 2
    assert b"alive" in answers


def test_too_long_a_body_is_told(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.request("POST", "/api/read", body=b"x" * 21_000_000)
    answer = connection.getresponse()
    assert answer.status == 413
    assert json.loads(answer.read())["error"]["code"] == "too_large"
    connection.close()


def test_what_is_no_http(server):
    with connected(server) as connection:
        connection.sendall(b"\x16\x03\x01\x02\x00nonsense\r\n\r\n")
        assert received(connection).startswith(b"HTTP/1.1 400")


def test_slow_clients_are_let_go(picture):
    """One that sends its head a byte at a time, one its body, one nothing at all."""
    with running_patiently(0.5) as server:
        with connected(server) as connection:
            connection.sendall(b"GET / HT")
            answer = received(connection)
            assert answer.startswith(b"HTTP/1.1 408")
            assert b"too_slow" in answer
        with connected(server) as connection:
            connection.sendall(request(picture)[:-10])
            assert received(connection).startswith(b"HTTP/1.1 408")
        with connected(server) as connection:
            assert received(connection) == b""


@contextlib.contextmanager
def running_patiently(send_s: float):
    """A server whose patience is short."""
    script = (
        "import socket; from digitnet.web.app import create_app\n"
        "from digitnet.web.server import serve; from digitnet.web.settings import Settings\n"
        f"settings = Settings(send_s={send_s})\n"
        "listening = socket.create_server(('127.0.0.1', 0))\n"
        "print(listening.getsockname()[1], flush=True)\n"
        "serve(create_app(settings), settings, listening)\n"
    )
    command = [sys.executable, "-c", script]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        yield Running(process, int(process.stdout.readline()))
    finally:
        process.kill()
        process.communicate()


def test_slow_clients_do_not_hold_up_others(server, picture):
    slow = [connected(server) for _ in range(100)]
    for connection in slow:
        connection.sendall(b"POST /api/read HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nx")
    with connected(server) as connection:
        connection.sendall(request(picture))
        assert received(connection).startswith(b"HTTP/1.1 200")
    for connection in slow:
        connection.close()


def test_sigterm_answers_what_is_under_way_and_ends_with_status_0(digits):
    large = png(np.tile(photo(digits[5]), (2, 2)))
    answers = []
    with running() as server:

        def ask():
            with connected(server) as connection:
                connection.sendall(request(large))
                sent.release()
                answers.append(received(connection))

        sent = threading.Semaphore(0)
        clients = [threading.Thread(target=ask) for _ in range(6)]
        for client in clients:
            client.start()
        for _ in clients:
            sent.acquire()
        time.sleep(0.3)  # the server has read what was sent
        assert server.stop(signal.SIGTERM) == 0
        for client in clients:
            client.join()
    assert [answer[:12] for answer in answers] == [b"HTTP/1.1 200"] * 6


def test_ctrl_c_ends_it_too():
    with running() as server:
        assert server.stop(signal.SIGINT) == 0
        assert "Traceback" not in server.log


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_access_log(picture, form):
    with running("--log-format", form) as server:
        with connected(server) as connection:
            connection.sendall(request(picture))
            received(connection)
        server.stop()
    (line,) = [line for line in server.log.splitlines() if "/api/read" in line]
    if form == "json":
        entry = json.loads(line)
        assert (entry["method"], entry["path"], entry["status"]) == ("POST", "/api/read", 200)
        assert all(json.loads(line) for line in server.log.splitlines())
    else:
        assert "POST '/api/read' 200" in line

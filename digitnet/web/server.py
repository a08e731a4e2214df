"""uvicorn, with patience that ends and an end that is clean."""

import asyncio
import json
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from digitnet.web.settings import Settings

# Bytes of a request's line and headers together.
_MOST_HEADERS = 16_384
# Seconds that what is under way has to finish after SIGTERM.
_FAREWELL_S = 9
# Seconds that the rest of a refused body is read, and dropped.
_DRAIN_S = 5
_CONNECTIONS = 1000


class PatientProtocol(HttpToolsProtocol):
    """Gives a client some time and room to send a request's head, and no more.

    uvicorn itself waits for ever, so that a thousand clients which send a byte a second
    would hold a thousand connections.
    """

    send_s = 20.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._deadline: asyncio.TimerHandle | None = None
        self._in_head, self._head_bytes = True, 0
        self._within(self.send_s, self._too_slow)

    def connection_lost(self, exc: Exception | None) -> None:
        self._in_time()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._in_head:
            self._head_bytes += len(data)
            if self._deadline is None:  # the first bytes of another request
                self._within(self.send_s, self._too_slow)
        super().data_received(data)
        if self._in_head and self._head_bytes > _MOST_HEADERS:
            self._refuse(431, "headers_too_large", "the headers are too large")

    def on_headers_complete(self) -> None:
        self._in_time()
        self._in_head = False
        if len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > (
            _MOST_HEADERS
        ):
            self._head_bytes = _MOST_HEADERS
            self._refuse(431, "headers_too_large", "the headers are too large")
            return
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._in_time()
        self._in_head, self._head_bytes = True, 0
        super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not self._in_head and not self.transport.is_closing():
            # Answered before all of the body came: the rest is read and dropped for a while,
            # since closing now would tear the answer away from the client.
            self._within(_DRAIN_S, self.transport.close)

    def _within(self, seconds: float, otherwise: Callable[[], object]) -> None:
        self._in_time()
        self._deadline = self.loop.call_later(seconds, otherwise)

    def _in_time(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_slow(self) -> None:
        self._refuse(408, "too_slow", "the request did not arrive in time")

    def _refuse(self, status: int, code: str, message: str) -> None:
        self._in_time()
        if self.transport.is_closing():
            return
        if self._head_bytes:  # a connection that never asked is closed without a word
            body = json.dumps({"error": {"code": code, "message": message}}).encode()
            head = (
                f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n"
                "Content-Type: application/json\r\nX-Content-Type-Options: nosniff\r\n"
                f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            )
            self.transport.write(head.encode() + body)
        self.transport.close()

    def send_400_response(self, msg: str) -> None:
        self._head_bytes = max(1, self._head_bytes)
        self._refuse(400, "bad_request", "this is no HTTP request")


class Server(uvicorn.Server):
    """Ends with status 0 on SIGTERM and Ctrl-C, once what is under way is answered.

    started_up: called once it answers.
    """

    def __init__(self, config: uvicorn.Config, started_up: Callable[[], object]):
        super().__init__(config)
        self._started_up = started_up

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._started_up()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        # uvicorn's own raises the signal again at the end, which would be the exit status.
        previous = {
            number: signal.signal(number, self.handle_exit)
            for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            yield
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)


def serve(
    app: Starlette,
    settings: Settings,
    listening: socket.socket,
    started_up: Callable[[], object] = lambda: None,
) -> None:
    """Answer what comes to a socket, until SIGTERM or Ctrl-C."""
    protocol = type("Protocol", (PatientProtocol,), {"send_s": settings.send_s})
    config = uvicorn.Config(
        app,
        http=protocol,
        ws="none",
        loop="asyncio",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        limit_concurrency=_CONNECTIONS,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=_FAREWELL_S,
    )
    Server(config, started_up).run(sockets=[listening])

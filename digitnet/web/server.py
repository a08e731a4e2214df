"""uvicorn, with patience that ends and an end that is clean."""

import asyncio
import json
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from digitnet.web.settings import Settings

# Bytes of a request's line and headers together.
_MOST_HEADERS = 16_384
# Seconds that what is under way has to finish after SIGTERM.
_FAREWELL_S = 9
_CONNECTIONS = 1000


class PatientProtocol(HttpToolsProtocol):
    """Gives a client some time and room to send a request's head, and no more.

    uvicorn itself waits for ever, so that a thousand clients which send a byte a second
    would hold a thousand connections.
    """

    send_s = 20.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._head_bytes = 0
        self._deadline: asyncio.TimerHandle | None = None
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_arrived()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._deadline is None and (self.cycle is None or self.cycle.response_complete):
            self._await_head()
        if self._deadline is not None:
            self._head_bytes += len(data)
            end = data.find(b"\r\n\r\n")
            if self._head_bytes > _MOST_HEADERS and (end < 0 or end > _MOST_HEADERS):
                self._refuse(431, "headers_too_large", "the headers are too large")
                return
        super().data_received(data)

    def on_headers_complete(self) -> None:
        self._head_arrived()
        super().on_headers_complete()

    def _await_head(self) -> None:
        self._head_bytes = 0
        self._deadline = self.loop.call_later(
            self.send_s, self._refuse, 408, "too_slow", "the request did not arrive in time"
        )

    def _head_arrived(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _refuse(self, status: int, code: str, message: str) -> None:
        self._head_arrived()
        if self.transport.is_closing():
            return
        if self._head_bytes:  # a connection that never asked is closed without a word
            body = json.dumps({"error": {"code": code, "message": message}}).encode()
            head = (
                f"HTTP/1.1 {status} \r\nContent-Type: application/json\r\n"
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

"""HTTP connections with patience that ends, and with room for who comes."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from http import HTTPStatus

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from digitnet.web.guard import SAFE_HEADERS
from digitnet.web.problems import RequestError, busy
from digitnet.web.settings import Settings
from digitnet.web.turns import client_of, is_loopback

# Connections that are told that there are too many, and are not closed at once.
_TOLD = 100
_IN_SYSTEM = 256_000  # bytes of an answer


class PatientProtocol(HttpToolsProtocol):
    """Gives a client some time and room to send a request's head, and no more.

    uvicorn itself waits for ever, so that a thousand clients which send a byte a second
    would hold a thousand connections. Where there are as many as there may be, the one that has
    kept us waiting for a head for the longest goes.
    """

    settings = Settings()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        # Whatever is not taken is noticed, and no more of it lies in the system than a slow client
        # takes in that time.
        transport.set_write_buffer_limits(high=0)
        connected = transport.get_extra_info("socket")
        if connected is not None:
            connected.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _IN_SYSTEM)
        self._deadline: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None
        self._in_head, self._head_bytes = True, 0
        self._waits_since = self.loop.time()
        self._address = client_of(self.client[0]) if self.client else ""
        self._refusal = self._room()
        self._within(self.settings.send_s, self._too_slow)
        if self._refusal and len(self.connections) > self.settings.connections + _TOLD:
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._in_time()
        self._is_read()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._in_head:
            self._head_bytes += len(data)
            if self._deadline is None:  # the first bytes of another request
                self._within(self.settings.send_s, self._too_slow)
        super().data_received(data)
        if self._in_head and self._head_bytes > self.settings.max_head_bytes:
            self._refuse(_LARGE_HEAD)

    def on_headers_complete(self) -> None:
        self._in_time()
        self._in_head = False
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if size > self.settings.max_head_bytes:
            self._refuse(_LARGE_HEAD)
        elif self._refusal:
            self._refuse(self._refusal)
        else:
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._in_time()
        self._in_head, self._head_bytes = True, 0
        if self.cycle:
            super().on_message_complete()

    def on_body(self, body: bytes) -> None:
        if self.cycle:
            super().on_body(body)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._waits_since = self.loop.time()
        if not self._in_head and not self.transport.is_closing():
            # Answered before all of the body came: the rest is read and dropped for a while,
            # since closing now would tear the answer away from the client.
            self._within(self.settings.drain_s, self.transport.close)

    def pause_writing(self) -> None:
        """What is answered is not taken: who takes none of it for a while goes."""
        super().pause_writing()
        left = self.transport.get_write_buffer_size()
        self._unread = self.loop.call_later(self.settings.send_s, self._look_again, left)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._is_read()

    def _look_again(self, before: int) -> None:
        left = self.transport.get_write_buffer_size()
        if left >= before:
            self.transport.abort()
        else:
            self._unread = self.loop.call_later(self.settings.send_s, self._look_again, left)

    def _is_read(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _room(self) -> RequestError | None:
        """Makes room for this connection; why there is none."""
        if not is_loopback(self._address):
            own = sum(other._address == self._address for other in self._all())
            if own > self.settings.client_connections:
                return busy("too many connections from your address")
        if len(self.connections) > self.settings.connections:
            idle = [other for other in self._all() if other is not self and other._waits]
            if not idle:
                return busy("too many connections")
            min(idle, key=lambda other: other._waits_since)._refuse(busy("too many connections"))
        return None

    def _all(self) -> Iterator["PatientProtocol"]:
        return (other for other in self.connections if isinstance(other, PatientProtocol))

    @property
    def _waits(self) -> bool:
        """Nothing is to be answered, and no head has come yet."""
        return self._in_head and (self.cycle is None or self.cycle.response_complete)

    def _within(self, seconds: float, otherwise: Callable[[], object]) -> None:
        self._in_time()
        self._deadline = self.loop.call_later(seconds, otherwise)

    def _in_time(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_slow(self) -> None:
        self._refuse(RequestError(408, "too_slow", "the request did not arrive in time"))

    def _refuse(self, problem: RequestError) -> None:
        self._in_time()
        if self.transport.is_closing():
            return
        if self._head_bytes:  # a connection that never asked is closed without a word
            self.transport.write(_written(problem))
        self.transport.close()

    def send_400_response(self, msg: str) -> None:
        self._head_bytes = max(1, self._head_bytes)
        self._refuse(RequestError(400, "bad_request", "this is no HTTP request"))


_LARGE_HEAD = RequestError(431, "headers_too_large", "the headers are too large")


def _written(problem: RequestError) -> bytes:
    """A whole response of its own, outside of any application."""
    response = problem.response()
    response.headers.update({**SAFE_HEADERS, "Connection": "close"})
    lines = [f"HTTP/1.1 {problem.status} {HTTPStatus(problem.status).phrase}".encode()]
    lines += [name + b": " + value for name, value in response.raw_headers]
    return b"\r\n".join([*lines, b"", b""]) + bytes(response.body)

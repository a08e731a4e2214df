"""Around every request: headers that keep browsers safe, counting, who may ask."""

import asyncio
import hmac
import logging
import time
from collections.abc import Sequence

from starlette.datastructures import MutableHeaders
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from digitnet.web.metrics import Metrics
from digitnet.web.problems import FAILURE, RequestError, busy

log = logging.getLogger("digitnet.web")
access = logging.getLogger("digitnet.web.access")

SAFE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data: blob:; connect-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
}


_BAD_HOST = RequestError(400, "bad_host", "expected one Host header")
_STOPPING = busy("the server is stopping")


class Guard:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp, metrics: Metrics, routes: Sequence[BaseRoute]):
        self._app, self._metrics = app, metrics
        self._known = {route.path for route in routes if isinstance(route, Route)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 0

        async def send_guarded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in SAFE_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            if not _one_host(scope):
                await _BAD_HOST.response()(scope, receive, send_guarded)
                return
            await self._app(scope, receive, send_guarded)
        except asyncio.CancelledError:
            # The server ends, and the time to finish is over. Who can still be told is told.
            if not status:
                await _STOPPING.response()(scope, receive, send_guarded)
        except Exception:
            log.exception("a request failed")
            if status:  # half an answer is out
                raise
            await FAILURE.response()(scope, receive, send_guarded)
        finally:
            self._note(scope, status, time.perf_counter() - started)

    def _note(self, scope: Scope, status: int, duration_s: float) -> None:
        # Only addresses that we know: others would grow the counters without end.
        route = scope["path"] if scope["path"] in self._known else "other"
        self._metrics.requests.labels(route, str(status)).inc()
        self._metrics.latency.labels(route).observe(duration_s)
        entry = {
            "method": scope["method"],
            "path": scope["path"][:200],
            "status": status,
            "duration_ms": round(1000 * duration_s, 1),
            "client": (scope.get("client") or ("", 0))[0],
        }
        access.info("request", extra={"entry": entry})


def _one_host(scope: Scope) -> bool:
    """A request names its host once (RFC 9112, 3.2); before HTTP/1.1 it need not."""
    hosts = sum(name == b"host" for name, _ in scope["headers"])
    return hosts == 1 or (hosts == 0 and scope.get("http_version") == "1.0")


class Token:
    """Refuses requests that lack the token. paths: the beginnings of those that need it."""

    def __init__(self, app: ASGIApp, token: str, paths: tuple[str, ...]):
        self._app, self._expected, self._paths = app, token.encode(), paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(self._paths):
            given = dict(scope["headers"]).get(b"authorization", b"")
            scheme, _, word = given.partition(b" ")
            right = hmac.compare_digest(word.strip(b" "), self._expected)
            if scheme.lower() != b"bearer" or not right:
                headers = {"WWW-Authenticate": "Bearer"}
                refused = RequestError(401, "unauthorised", "this server asks for a token", headers)
                await refused.response()(scope, receive, send)
                return
        await self._app(scope, receive, send)

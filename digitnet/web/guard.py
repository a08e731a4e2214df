"""Around every request: headers that keep browsers safe, counting, the log; who may ask."""

import hmac
import json
import logging
import time
from collections.abc import Sequence
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from digitnet.web.metrics import Metrics
from digitnet.web.problems import FAILURE, RequestError

log = logging.getLogger("digitnet.web")
access = logging.getLogger("digitnet.web.access")

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data: blob:; connect-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
}


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
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self._app(scope, receive, send_guarded)
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


class Token:
    """Asks requests to /api for a word."""

    def __init__(self, app: ASGIApp, token: str):
        self._app, self._expected = app, f"Bearer {token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/api"):
            given = Headers(scope=scope).get("authorization", "").encode()
            if not hmac.compare_digest(given, self._expected):
                headers = {"WWW-Authenticate": "Bearer"}
                refused = RequestError(401, "unauthorised", "this server asks for a token", headers)
                await refused.response()(scope, receive, send)
                return
        await self._app(scope, receive, send)


class Line(logging.Formatter):
    """A line a request, for people or as JSON."""

    def __init__(self, form: str):
        super().__init__()
        self._json = form == "json"

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, Any] = getattr(record, "entry", {"message": record.getMessage()})
        if record.exc_info:
            entry = entry | {"trace": self.formatException(record.exc_info)}
        if self._json:
            stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
            return json.dumps({"time": stamp, "level": record.levelname.lower(), **entry})
        if "method" in entry:
            return (
                f"{entry['client']} {entry['method']} {entry['path']!r} {entry['status']} "
                f"{entry['duration_ms']} ms"
            )
        return "\n".join(str(value) for value in entry.values())

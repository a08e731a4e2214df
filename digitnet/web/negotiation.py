"""What a client says that it takes and has: Accept-Encoding and If-None-Match."""

from starlette.datastructures import Headers
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

_LEAST_BYTES = 1000


def takes_gzip(accept_encoding: str) -> bool:
    """Whether `gzip`, or what `*` stands for, is named and not with a weight of zero."""
    weights = {}
    for item in accept_encoding.lower().split(","):
        name, *parameters = (part.strip() for part in item.split(";"))
        weights[name] = "1"
        for parameter in parameters:
            if parameter.startswith("q="):
                weights[name] = parameter[2:].strip()
    weight = weights.get("gzip", weights.get("x-gzip", weights.get("*", "0")))
    try:
        return float(weight) > 0
    except ValueError:
        return False


def has_tag(if_none_match: str, tag: str) -> bool:
    """Whether a list of ETags, weak ones among them, or `*` holds this one."""
    given = [item.strip().removeprefix("W/") for item in if_none_match.split(",")]
    return tag in given or given == ["*"]


class Gzip:
    """Packs what is over a kilobyte for who takes it. Starlette's own overlooks weights."""

    def __init__(self, app: ASGIApp):
        self._app = GZipMiddleware(app, minimum_size=_LEAST_BYTES, compresslevel=5)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            accepted = takes_gzip(Headers(scope=scope).get("accept-encoding", ""))
            headers = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
            headers.append((b"accept-encoding", b"gzip" if accepted else b"identity"))
            scope = {**scope, "headers": headers}
        await self._app(scope, receive, send)

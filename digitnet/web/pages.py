"""The page, its parts and the networks that run in it: a fixed list of files, read once."""

import gzip
import hashlib
from functools import partial
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from digitnet.web.negotiation import has_tag, takes_gzip
from digitnet.web.one_file import STATIC
from digitnet.web.page_weights import DOCUMENTED, SHIPPED, load_page_weights

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_ADDRESSES = {"index.html": "/", "docs.html": "/docs"}


def routes(weights: Path = SHIPPED, fingerprint: str | None = None) -> list[Route]:
    """An address a file; nothing else of the folder can be asked for.

    weights: of the network that runs in the page. fingerprint: of the weights it is made of.

    Raises:
        WeightsError: there are none, or of other weights.
    """
    files = {
        path.name: (path.read_bytes(), _TYPES[path.suffix])
        for path in sorted(STATIC.iterdir())
        if path.suffix in _TYPES
    }
    binary = "application/octet-stream"
    files["digitnet.bin"] = load_page_weights(weights, fingerprint), binary
    files["documented.bin"] = load_page_weights(DOCUMENTED), binary
    return [
        Route(_ADDRESSES.get(name, f"/static/{name}"), partial(_answer, *_packed(*file)))
        for name, file in files.items()
    ]


def _packed(content: bytes, media_type: str) -> tuple[bytes, bytes, str, str]:
    tag = hashlib.sha256(content).hexdigest()[:20]
    return content, gzip.compress(content, mtime=0), media_type, f'"{tag}"'


async def _answer(
    content: bytes, packed: bytes, media_type: str, tag: str, request: Request
) -> Response:
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
    if has_tag(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    if takes_gzip(request.headers.get("accept-encoding", "")):
        headers["Content-Encoding"] = "gzip"
        content = packed
    return Response(content, media_type=media_type, headers=headers)

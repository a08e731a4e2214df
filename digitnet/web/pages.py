"""The page and its parts: a fixed list of files, read once."""

import gzip
import hashlib
from functools import partial
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from digitnet.web.negotiation import has_tag, takes_gzip

_FOLDER = Path(__file__).parent / "static"
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_ADDRESSES = {"index.html": "/", "docs.html": "/docs"}


def routes() -> list[Route]:
    """An address a file; nothing else of the folder can be asked for."""
    files = sorted(path for path in _FOLDER.iterdir() if path.suffix in _TYPES)
    return [
        Route(_ADDRESSES.get(path.name, f"/static/{path.name}"), partial(_answer, *_loaded(path)))
        for path in files
    ]


def _loaded(path: Path) -> tuple[bytes, bytes, str, str]:
    content = path.read_bytes()
    tag = hashlib.sha256(content).hexdigest()[:20]
    return content, gzip.compress(content, mtime=0), _TYPES[path.suffix], f'"{tag}"'


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

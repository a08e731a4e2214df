"""Mirrors on this machine that behave and misbehave as real ones do."""

import gzip
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.conftest import NAMES


@contextmanager
def mirror(folder: Path, answer):
    """A server of the files in `folder`; `answer(handler, content)` writes the response."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            requests.append(self.path.strip("/"))
            answer(self, (folder / self.path.strip("/")).read_bytes())

        def log_message(self, *args):
            pass

    requests: list[str] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", requests
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def honest(handler, content):
    respond(handler, 200, content, len(content))


def respond(handler, status, content, length):
    handler.send_response(status)
    handler.send_header("Content-Length", str(length))
    handler.end_headers()
    handler.wfile.write(content)


def stalled(handler, content):
    """The first half, then silence until the other side gives up."""
    respond(handler, 200, content[: len(content) // 2], len(content))
    handler.wfile.flush()
    handler.connection.recv(1)


def silent(handler, content):
    handler.connection.recv(1)


MISBEHAVIOURS = {
    "403": lambda handler, content: respond(handler, 403, b"no", 2),
    "404": lambda handler, content: respond(handler, 404, b"no", 2),
    "503": lambda handler, content: respond(handler, 503, b"no", 2),
    "a web page with 200": lambda handler, content: respond(handler, 200, b"<html>sign in", 13),
    "an empty file": lambda handler, content: respond(handler, 200, b"", 0),
    "cut short": lambda handler, content: respond(handler, 200, content[:-10], len(content)),
    "cut short, and says so": lambda handler, content: respond(
        handler, 200, content[:-10], len(content) - 10
    ),
    "another file": lambda handler, content: honest(handler, gzip.compress(b"something else")),
    "no HTTP": lambda handler, content: handler.wfile.write(b"220 ftp ready\r\n"),
    "hangs up": lambda handler, content: handler.connection.close(),
    "stalls in the middle": stalled,
    "never answers": silent,
}


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below `folder`, half-written and hidden ones too."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def whole_cache(files: Path) -> dict[str, bytes]:
    return {name: gzip.decompress((files / f"{name}.gz").read_bytes()) for name in NAMES}

"""Open a page to draw digits on, and answer over HTTP.

The page and the API are described at /docs of the server.
"""

import argparse
import logging
import os
import socket
import sys
import threading
import webbrowser
from pathlib import Path

import cv2

from digitnet.cli.counts import positive
from digitnet.errors import OutputError, ServeError
from digitnet.files import reason
from digitnet.reading import Reader
from digitnet.reading.network import SHIPPED_WEIGHTS
from digitnet.reading.picture import MAX_PIXELS
from digitnet.web.app import create_app
from digitnet.web.guard import Line
from digitnet.web.server import serve
from digitnet.web.settings import Settings

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address (default: 127.0.0.1)")
    parser.add_argument(
        "--port", type=int, default=8000, metavar="N", help="0 takes any (default: 8000)"
    )
    parser.add_argument("--no-browser", action="store_true", help="do not open the page")
    parser.add_argument(
        "--collect", type=Path, metavar="DIR", help="keep corrections that people send in DIR"
    )
    parser.add_argument("--allow-origin", metavar="URL", help="one other site whose pages may ask")
    parser.add_argument(
        "--token", help="asked of every request to /api (default: DIGITNET_TOKEN, or none)"
    )
    parser.add_argument(
        "--log-format", choices=["text", "json"], default="text", help="(default: text)"
    )
    parser.add_argument("--quiet", action="store_true", help="write no line for each request")
    parser.add_argument(
        "--threads", type=positive, default=2, metavar="N", help="threads that read (default: 2)"
    )
    parser.add_argument(
        "--max-pixels",
        type=positive,
        default=MAX_PIXELS,
        metavar="N",
        help=f"largest picture that is decoded (default: {MAX_PIXELS:,})",
    )
    parser.add_argument(
        "--weights", type=Path, default=SHIPPED_WEIGHTS, metavar="FILE", help="written by export"
    )
    parser.add_argument("--taught", type=Path, metavar="FILE", help="your hand, written by teach")


def run(args: argparse.Namespace) -> int:
    if args.collect:
        try:
            args.collect.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(
                f"cannot keep corrections in {args.collect}: {reason(error)}"
            ) from error
    settings = Settings(
        collect=args.collect,
        page_weights=args.weights.with_suffix(".bin"),
        allow_origin=args.allow_origin,
        token=args.token or os.environ.get("DIGITNET_TOKEN") or None,
        threads=args.threads,
        max_pixels=args.max_pixels,
    )
    # Each request has a thread: those of OpenCV and ONNX Runtime would only wait for each other.
    cv2.setNumThreads(1)
    sys.setswitchinterval(1e-4)  # the thread that answers waits less for those that read
    app = create_app(settings, Reader(args.weights, taught=args.taught, threads=1))
    listening = listen(args.host, args.port)
    host, port = listening.getsockname()[:2]
    # Every address of the machine is this one too.
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    shown = f"[{host}]" if ":" in host else host
    if args.host not in _LOOPBACK and not settings.token:
        print(
            f"warning: other machines can reach {args.host}; --token asks them for a word",
            file=sys.stderr,
        )
    write_log(args.log_format, quiet=args.quiet)
    page = f"http://{shown}:{port}/"

    def welcome() -> None:
        print(f"Draw at {page}   (API: {page}docs; Ctrl-C ends)", flush=True)
        if not args.no_browser:
            # A browser that is slow to start must not hold up the server.
            threading.Thread(target=webbrowser.open, args=[page], daemon=True).start()

    serve(app, settings, listening, welcome)
    if app.state.work.in_flight:
        # Some picture takes for ever; nobody waits for it, and Python would.
        logging.shutdown()
        sys.stdout.flush()
        os._exit(0)
    return 0


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens, so that a port that is taken is known before anything is said."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns Nagle's delay off only where the protocol is named: without it every answer
    # waits 40 ms for the client's acknowledgement.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(2048)
    except (OSError, OverflowError) as error:
        listening.close()
        said = getattr(error, "strerror", None) or str(error)
        raise ServeError(
            f"cannot listen on {host} port {port}: {said}; try another --port"
        ) from error
    return listening


def write_log(form: str, *, quiet: bool) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(Line(form))
    for name, level in (
        ("digitnet.web", logging.WARNING if quiet else logging.INFO),
        ("uvicorn.error", logging.WARNING),
    ):
        logger = logging.getLogger(name)
        logger.addHandler(handler)
        logger.setLevel(level)
        logger.propagate = False

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

from digitnet.cli.counts import not_negative, positive, positive_seconds
from digitnet.errors import OutputError, ServeError, WeightsError
from digitnet.files import reason
from digitnet.web.app import create_app
from digitnet.web.log import Line
from digitnet.web.page_weights import SHIPPED
from digitnet.web.server import serve
from digitnet.web.settings import Settings

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address (default: 127.0.0.1)")
    parser.add_argument(
        "--port", type=not_negative, default=8000, metavar="N", help="0 takes any (default: 8000)"
    )
    parser.add_argument("--no-browser", action="store_true", help="do not open the page")
    parser.add_argument(
        "--collect", type=Path, metavar="DIR", help="keep corrections that people send in DIR"
    )
    parser.add_argument("--allow-origin", metavar="URL", help="one other site whose pages may ask")
    parser.add_argument(
        "--token", help="asked of requests to /api and /metrics (default: DIGITNET_TOKEN, or none)"
    )
    parser.add_argument(
        "--open-metrics", action="store_true", help="answer /metrics without the token too"
    )
    parser.add_argument(
        "--log-format", choices=["text", "json"], default="text", help="(default: text)"
    )
    parser.add_argument("--quiet", action="store_true", help="write no line for each request")
    parser.add_argument(
        "--workers",
        type=positive,
        default=Settings.workers,
        metavar="N",
        help="processes that read; one more stands ready for small pictures (default: 2)",
    )
    parser.add_argument(
        "--max-pixels",
        type=positive,
        default=Settings.max_pixels,
        metavar="N",
        help=f"largest picture that is decoded (default: {Settings.max_pixels:,})",
    )
    parser.add_argument(
        "--timeout",
        type=positive_seconds,
        default=Settings.read_s,
        metavar="S",
        help=f"seconds to read a picture, then it is given up (default: {Settings.read_s:g})",
    )
    parser.add_argument(
        "--per-client",
        type=positive,
        default=Settings.client_pictures,
        metavar="N",
        help="pictures read at once for one address, this machine's own left out (default: 1)",
    )
    parser.add_argument("--weights", type=Path, metavar="FILE", help="written by export")
    parser.add_argument("--taught", type=Path, metavar="FILE", help="your hand, written by teach")


def run(args: argparse.Namespace) -> int:
    if args.collect:
        try:
            args.collect.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(
                f"cannot keep corrections in {args.collect}: {reason(error)}"
            ) from error
    if args.weights:
        try:
            args.weights.open("rb").close()
        except OSError as error:
            raise WeightsError(f"cannot read {args.weights}: {reason(error)}") from error
    token = os.environ.get("DIGITNET_TOKEN") if args.token is None else args.token
    if token is not None and not token.strip():
        raise ServeError(
            "the token is empty, so everybody would be answered; name one with --token or "
            "DIGITNET_TOKEN, or leave both out"
        )
    settings = Settings(
        collect=args.collect,
        page_weights=(args.weights or SHIPPED).with_suffix(".bin"),
        allow_origin=args.allow_origin and args.allow_origin.rstrip("/"),
        token=token,
        open_metrics=args.open_metrics,
        workers=args.workers,
        max_pixels=args.max_pixels,
        read_s=args.timeout,
        client_pictures=args.per_client,
        weights=args.weights,
        taught=args.taught,
    )
    write_log(args.log_format, quiet=args.quiet)
    with listen(args.host, args.port) as listening:
        host, port = listening.getsockname()[:2]
        if args.host not in _LOOPBACK and not settings.token:
            print(
                f"warning: other machines can reach {args.host}; --token lets in only who knows it",
                file=sys.stderr,
            )
        # Every address of the machine is this one too.
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
        page = f"http://{f'[{host}]' if ':' in host else host}:{port}/"

        def welcome() -> None:
            print(f"Draw at {page}   (API: {page}docs; Ctrl-C ends)", flush=True)
            if not args.no_browser:
                # A browser that is slow to start must not hold up the server.
                threading.Thread(target=webbrowser.open, args=[page], daemon=True).start()

        serve(create_app(settings), settings, listening, welcome)
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
    except (OSError, OverflowError, UnicodeError, TypeError) as error:
        listening.close()
        said = getattr(error, "strerror", None) or str(error)
        of_host = isinstance(error, socket.gaierror | UnicodeError | TypeError)
        flag = "--host" if of_host else "--port"
        raise ServeError(
            f"cannot listen on {host} port {port}: {said}; try another {flag}"
        ) from error
    return listening


def write_log(form: str, *, quiet: bool) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(Line(form))
    for name, level in (
        ("digitnet.web", logging.WARNING if quiet else logging.INFO),
        # What strangers send is told them, and in the log by its status: no warnings besides.
        ("uvicorn.error", logging.ERROR),
        ("python_multipart", logging.ERROR),
    ):
        logger = logging.getLogger(name)
        logger.addHandler(handler)
        logger.setLevel(level)
        logger.propagate = False

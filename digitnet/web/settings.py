"""What a server allows: every limit that it has, in one place."""

from dataclasses import dataclass
from pathlib import Path

from digitnet.web.page_weights import SHIPPED


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Limits and permissions of one server.

    weights, taught: files for the reader, as for `digitnet.Reader`; None takes what ships.
    page_weights: the network that runs in the page, made of the same weights.

    What comes in. max_body_bytes: of one request. held_bytes: of all bodies in memory.
    max_list_bytes: of the list of a form's `valid`. max_head_bytes: a request's line and headers.
    max_pixels: of a picture, before it is decoded. max_pages: of a file, where none is named.
    send_s: seconds that a client has to send a head, and again a body. drain_s: that the rest of
    a refused body is read and dropped, since closing at once would tear the answer away.
    connections: at once; idle ones make way for new ones. Below the 1024 files that most systems
    allow a process. client_connections: of one address. keep_alive_s: a connection may be idle.

    What is done. workers: large pictures read at the same time, each by a process; one process
    more stands ready for small ones. small_pixels: a picture of at most as many is small.
    client_pictures: read at the same time for one address; waiting, client_waiting: pictures that
    wait for a worker, of all and of one address. More are turned away at once.
    wait_s: seconds that a picture waits for a worker. read_s: seconds to read it; then the worker
    is ended and replaced. worker_bytes: memory that a worker may take beyond what it has when
    it starts (Linux). farewell_s: what is under way has to finish after SIGTERM.

    Addresses of this machine (loopback) are many people or none: a proxy stands before the server,
    or nobody else reaches it. The limits of one address do not hold for them.

    Who may ask. collect: folder for corrections; none are kept without one. allow_origin: the one
    other site whose pages may ask. token: asked of every request to /api, and to /metrics unless
    open_metrics.
    """

    weights: Path | None = None
    page_weights: Path = SHIPPED
    taught: Path | None = None

    max_body_bytes: int = 20_000_000
    held_bytes: int = 200_000_000
    max_head_bytes: int = 16_384
    max_list_bytes: int = 1_000_000
    max_pixels: int = 16_000_000
    max_pages: int = 20
    send_s: float = 20.0
    drain_s: float = 5.0
    connections: int = 800
    client_connections: int = 100
    keep_alive_s: int = 15

    workers: int = 2
    small_pixels: int = 500_000
    client_pictures: int = 1
    waiting: int = 64
    client_waiting: int = 8
    wait_s: float = 20.0
    read_s: float = 30.0
    worker_bytes: int = 400_000_000
    farewell_s: int = 9

    collect: Path | None = None
    allow_origin: str | None = None
    token: str | None = None
    open_metrics: bool = False

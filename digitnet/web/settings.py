"""What a server allows, in one place."""

from dataclasses import dataclass
from pathlib import Path

from digitnet.reading.picture import MAX_PIXELS
from digitnet.web.page_weights import SHIPPED


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Limits and permissions of one server.

    send_s, answer_s: seconds that a client has to send a request, and we to answer it.
    work: requests that are worked on or wait for it; more are turned away at once.
    held_bytes: of all bodies in memory together.
    collect: folder for corrections; none are kept without one.
    page_weights: the network that runs in the page, of the weights that the reader has.
    allow_origin: the one other site whose pages may ask. token: asked of every request.
    """

    max_body_bytes: int = 20_000_000
    held_bytes: int = 200_000_000
    max_pixels: int = MAX_PIXELS
    send_s: float = 20.0
    answer_s: float = 20.0
    work: int = 64
    threads: int = 2
    collect: Path | None = None
    page_weights: Path = SHIPPED
    allow_origin: str | None = None
    token: str | None = None

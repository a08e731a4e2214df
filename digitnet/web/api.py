"""What the addresses under /api answer: the same as the command and Python."""

from functools import partial

import numpy as np
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from digitnet import __version__
from digitnet.errors import PictureError
from digitnet.reading import Reader
from digitnet.reading.reader import Inspection
from digitnet.web.body import Bodies
from digitnet.web.collect import MOST_BYTES, keep, withdraw
from digitnet.web.metrics import Metrics
from digitnet.web.problems import RequestError
from digitnet.web.settings import Settings
from digitnet.web.work import Work


class Api:
    def __init__(self, settings: Settings, reader: Reader, work: Work, metrics: Metrics):
        self._settings, self._reader = settings, reader
        self._work, self._metrics = work, metrics
        self._bodies = Bodies(settings)
        self.ready = False

    async def warm_up(self) -> None:
        """One reading, so that the first person does not wait for memory to be laid out."""
        blank = np.full((64, 64), 255, np.uint8)
        await self._work.do(partial(self._reader.read, blank))
        self.ready = True

    async def read(self, request: Request) -> Response:
        """The JSON of `digitnet read --json`, without a path."""
        one, top = _flag(request, "one"), _number(request, "top", 3, 1, 10)
        body = await self._bodies.received(request)
        task = partial(self._read, body.content, one)
        reading = (await self._work.do(task, afterwards=body.release)).reading
        self._metrics.count(reading)
        return JSONResponse(reading.to_dict(top))

    async def correct(self, request: Request) -> Response:
        """Keep a correction, where the server was started to."""
        folder = self._settings.collect
        if folder is None:
            raise RequestError(403, "not_collecting", "this server keeps no corrections")
        # A page elsewhere can post plain text without asking; JSON it cannot.
        if not request.headers.get("content-type", "").startswith("application/json"):
            raise RequestError(415, "not_json", "expected Content-Type: application/json")
        body = await self._bodies.received(request, MOST_BYTES)
        name = await self._work.do(partial(keep, folder, body.content), afterwards=body.release)
        return JSONResponse({"kept": True, "name": name}, 201)

    async def withdraw(self, request: Request) -> Response:
        """Delete a correction, for whoever sent it."""
        folder = self._settings.collect
        if folder is None:
            raise RequestError(403, "not_collecting", "this server keeps no corrections")
        await self._work.do(partial(withdraw, folder, request.path_params["name"]))
        return JSONResponse({"kept": False})

    async def about(self, request: Request) -> Response:
        return JSONResponse(
            {"version": __version__, "collects": self._settings.collect is not None}
        )

    def _read(self, body: bytes, one: bool) -> Inspection:
        try:
            return self._reader.inspect(body, one=one, max_pixels=self._settings.max_pixels)
        except PictureError as error:
            raise RequestError(422, "unreadable_picture", str(error)) from error


def _flag(request: Request, name: str) -> bool:
    value = request.query_params.get(name, "false").lower()
    if value not in ("true", "false", "1", "0"):
        raise RequestError(
            422, "bad_parameter", f"{name} is {value[:20]!r}, expected true or false"
        )
    return value in ("true", "1")


def _number(request: Request, name: str, default: int, least: int, most: int) -> int:
    value = request.query_params.get(name, str(default))
    # Not isdigit: that takes other scripts' digits and superscripts too.
    if not (value.isascii() and value.isdecimal() and len(value) <= 4):
        value = "-1"
    if not least <= int(value) <= most:
        raise RequestError(422, "bad_parameter", f"{name} is no number from {least} to {most}")
    return int(value)

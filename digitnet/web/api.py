"""What the addresses under /api answer: the same as the command and Python."""

import logging
from math import inf

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from digitnet import __version__
from digitnet.web.body import Bodies
from digitnet.web.collect import MOST_BYTES, keep, withdraw
from digitnet.web.metrics import Metrics
from digitnet.web.parameters import job_of
from digitnet.web.problems import FAILURE, RequestError
from digitnet.web.settings import Settings
from digitnet.web.size import stated_pixels
from digitnet.web.turns import client_of
from digitnet.web.work import Work

log = logging.getLogger("digitnet.web")


class Api:
    def __init__(self, settings: Settings, work: Work, metrics: Metrics):
        self._settings, self._work, self._metrics = settings, work, metrics
        self._bodies = Bodies(settings)

    async def read(self, request: Request) -> Response:
        """The JSON of `digitnet read --json`, without a path."""
        job_of(request.query_params)  # before all of the body has come
        async with self._bodies.received(request) as body:
            _refuse_stripped(request, body.content)
            job = job_of({**request.query_params, **body.fields})
            pixels = stated_pixels(body.content)
            answer = await self._work.do(
                job,
                body.content,
                client_of(request.client.host if request.client else ""),
                small=(pixels or inf) <= self._settings.small_pixels and not job.valid,
                gone=request.is_disconnected,
            )
        if answer.status == 500:
            log.error("a picture could not be read\n%s", answer.content.decode())
            raise FAILURE
        self._metrics.count(answer.accepted, answer.refused)
        return Response(answer.content, answer.status, media_type="application/json")

    async def correct(self, request: Request) -> Response:
        """Keep a correction, where the server was started to."""
        folder = self._settings.collect
        if folder is None:
            raise RequestError(403, "not_collecting", "this server keeps no corrections")
        # A page elsewhere can post plain text without asking; JSON it cannot.
        if not request.headers.get("content-type", "").startswith("application/json"):
            raise RequestError(415, "not_json", "expected Content-Type: application/json")
        async with self._bodies.received(request, MOST_BYTES) as body:
            name = await run_in_threadpool(keep, folder, body.content)
        return JSONResponse({"kept": True, "name": name}, 201)

    async def withdraw(self, request: Request) -> Response:
        """Delete a correction, for whoever sent it."""
        folder = self._settings.collect
        if folder is None:
            raise RequestError(403, "not_collecting", "this server keeps no corrections")
        await run_in_threadpool(withdraw, folder, request.path_params["name"])
        return JSONResponse({"kept": False})

    async def about(self, request: Request) -> Response:
        return JSONResponse(
            {"version": __version__, "collects": self._settings.collect is not None}
        )


def _refuse_stripped(request: Request, content: bytes) -> None:
    """`curl -d @photo.jpg` leaves out every line end, and the picture is lost."""
    sent_as = request.headers.get("content-type", "")
    of_curl = sent_as.startswith("application/x-www-form-urlencoded") and len(content) > 1000
    if of_curl and b"\n" not in content and b"\r" not in content:
        raise RequestError(
            422,
            "stripped",
            "line ends are missing; with curl, --data-binary @FILE or -F file=@FILE",
        )

"""The application: which address answers what."""

import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from digitnet.web import openapi, pages, problems
from digitnet.web.api import Api
from digitnet.web.guard import Guard, Token
from digitnet.web.metrics import Metrics
from digitnet.web.negotiation import Gzip
from digitnet.web.page_weights import load_page_weights
from digitnet.web.settings import Settings
from digitnet.web.work import Work

log = logging.getLogger("digitnet.web")


def create_app(settings: Settings, work: Work | None = None) -> Starlette:
    """An application with its own workers and counters. work: others, in tests."""
    metrics, work = Metrics(), work or Work(settings)
    metrics.in_flight.set_function(lambda: work.in_flight)
    metrics.replaced.set_function(lambda: work.replaced)
    api = Api(settings, work, metrics)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        try:
            await work.open()
            load_page_weights(settings.page_weights, work.fingerprint)
            started = time.monotonic()
            yield
            log.info("served for %.0f s", time.monotonic() - started)
        finally:
            await work.close()

    async def alive(request: Request) -> Response:
        return JSONResponse({"status": "alive"})

    async def ready(request: Request) -> Response:
        status = 200 if work.ready else 503
        return JSONResponse({"status": "ready" if work.ready else "loading"}, status)

    async def figures(request: Request) -> Response:
        return PlainTextResponse(metrics.text(), media_type="text/plain; version=0.0.4")

    async def described(request: Request) -> Response:
        return JSONResponse(openapi.document(settings))

    routes = [
        Route("/api/read", api.read, methods=["POST"]),
        Route("/api/correct", api.correct, methods=["POST"]),
        Route("/api/correct/{name}", api.withdraw, methods=["DELETE"]),
        Route("/api/about", api.about),
        Route("/healthz", alive),
        Route("/readyz", ready),
        Route("/metrics", figures),
        Route("/openapi.json", described),
        *pages.routes(settings.page_weights),
    ]
    middleware = [Middleware(Guard, metrics=metrics, routes=routes), Middleware(Gzip)]
    if settings.allow_origin:
        middleware.append(
            Middleware(
                CORSMiddleware,
                allow_origins=[settings.allow_origin],
                allow_methods=["GET", "POST", "DELETE"],
                allow_headers=["Authorization", "Content-Type"],
            )
        )
    if settings.token:
        asked = ("/api",) if settings.open_metrics else ("/api", "/metrics")
        middleware.append(Middleware(Token, token=settings.token, paths=asked))
    app = Starlette(
        routes=routes,
        lifespan=lifespan,
        middleware=middleware,
        exception_handlers={
            problems.RequestError: problems.answer_problem,
            HTTPException: problems.answer_http_exception,
        },
    )
    # Its redirects would name whatever host a request named.
    app.router.redirect_slashes = False
    return app

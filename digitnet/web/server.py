"""uvicorn, with an end that is clean."""

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette

from digitnet.web.protocol import PatientProtocol
from digitnet.web.settings import Settings


class Server(uvicorn.Server):
    """Ends with status 0 on SIGTERM and Ctrl-C, once what is under way is answered.

    started_up: called once it answers.
    """

    def __init__(self, app: Starlette, config: uvicorn.Config, started_up: Callable[[], object]):
        super().__init__(config)
        self._application, self._started_up = app, started_up

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        # uvicorn's own way to start an application logs its errors, and none comes out.
        async with self._application.router.lifespan_context(self._application):
            await super().serve(sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._started_up()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        # uvicorn's own raises the signal again at the end, which would be the exit status.
        previous = {
            number: signal.signal(number, self.handle_exit)
            for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            yield
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)


def serve(
    app: Starlette,
    settings: Settings,
    listening: socket.socket,
    started_up: Callable[[], object] = lambda: None,
) -> None:
    """Answer what comes to a socket, until SIGTERM or Ctrl-C.

    Raises:
        WeightsError: the weights cannot be read.
        WorkerError: no worker can be started.
    """
    config = uvicorn.Config(
        app,
        http=type("Protocol", (PatientProtocol,), {"settings": settings}),
        lifespan="off",
        ws="none",
        loop="asyncio",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        timeout_keep_alive=settings.keep_alive_s,
        timeout_graceful_shutdown=settings.farewell_s,
    )
    Server(app, config, started_up).run(sockets=[listening])

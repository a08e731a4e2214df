"""Pictures read by worker processes, each in its turn and in bounded time."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Protocol

from digitnet.errors import DigitnetError
from digitnet.web.job import Answer, Job
from digitnet.web.problems import RequestError, busy
from digitnet.web.process import Process
from digitnet.web.settings import Settings
from digitnet.web.turns import Turn, Turns

log = logging.getLogger("digitnet.web")

# Seconds of waiting after which it is asked whether the client is still there.
_PATIENCE_S = 1
# Seconds between tries where a worker cannot be started.
_AGAIN_S = 2


class Worker(Protocol):
    """fingerprint: of the weights that it reads with."""

    fingerprint: str

    async def ask(self, job: Job, picture: bytes) -> Answer: ...

    async def end(self) -> None: ...


async def _nobody_is_gone() -> bool:
    return False


class Work:
    """A few workers, and those who wait for one.

    start: makes a worker; tests have their own.
    """

    def __init__(
        self,
        settings: Settings,
        start: Callable[[Settings], Awaitable[Worker]] = Process.start,
    ):
        self._settings, self._start = settings, start
        self._turns = Turns(settings)
        self._promised: dict[Turn, asyncio.Future[Worker]] = {}
        self._workers: set[Worker] = set()
        self._free: list[Worker] = []
        self._beside: set[asyncio.Task[None]] = set()  # workers that are started or ended
        self._closed = False
        self.replaced = 0
        self.fingerprint = ""  # of the weights, once it is open

    @property
    def in_flight(self) -> int:
        """Pictures that are read or wait for it."""
        return len(self._turns)

    @property
    def ready(self) -> bool:
        return bool(self._workers)

    async def open(self) -> None:
        """Ready once one worker is; the others come by and by.

        Raises:
            WeightsError: the weights cannot be read.
            WorkerError: a worker ended at once.
        """
        await self._add()
        for _ in range(self._settings.workers):  # one more than that, for small pictures
            self._do_beside(self._another())

    async def close(self) -> None:
        self._closed = True
        for task in self._beside:
            task.cancel()
        await asyncio.gather(*self._beside, return_exceptions=True)
        await asyncio.gather(*(worker.end() for worker in self._workers))

    async def do(
        self,
        job: Job,
        picture: bytes,
        client: str,
        *,
        small: bool,
        gone: Callable[[], Awaitable[bool]] = _nobody_is_gone,
    ) -> Answer:
        """The answer to a job, in its turn. gone: whether nobody waits for it any more.

        Raises:
            RequestError: 503 too many wait, or the wait gets long; 422 reading takes too long.
            WorkerError: the worker ended meanwhile.
        """
        turn = self._turns.join(client, small=small)
        try:
            came = time.monotonic()
            worker = await self._worker_for(turn)
            if time.monotonic() - came > _PATIENCE_S and await gone():
                self._free.append(worker)
                raise RequestError(400, "broken_off", "the client is gone")
            return await self._asked(worker, job, picture)
        finally:
            self._turns.leave(turn)
            self._hand_out()

    async def _worker_for(self, turn: Turn) -> Worker:
        promised = self._promised[turn] = asyncio.get_running_loop().create_future()
        self._hand_out()
        try:
            async with asyncio.timeout(self._settings.wait_s):
                return await asyncio.shield(promised)
        except BaseException as error:
            if promised.done():  # it came in the moment that nobody waited any more
                self._free.append(promised.result())
            if isinstance(error, TimeoutError):
                raise busy("too many pictures at once") from error
            raise
        finally:
            del self._promised[turn]

    async def _asked(self, worker: Worker, job: Job, picture: bytes) -> Answer:
        try:
            async with asyncio.timeout(self._settings.read_s):
                answer = await worker.ask(job, picture)
        except BaseException as error:
            # It is still at work, or dead: nothing can be asked of it any more.
            if not self._closed:
                self._do_beside(self._replace(worker))
            if isinstance(error, TimeoutError):
                message = f"reading took more than {self._settings.read_s:g} seconds, given up"
                raise RequestError(422, "took_too_long", message) from error
            raise
        if answer.spent:
            self._do_beside(self._replace(worker))
        else:
            self._free.append(worker)
        return answer

    def _hand_out(self) -> None:
        while self._free and (turn := self._turns.next()):
            self._promised[turn].set_result(self._free.pop())

    async def _add(self) -> None:
        worker = await self._start(self._settings)
        self.fingerprint = worker.fingerprint
        self._workers.add(worker)
        self._free.append(worker)

    async def _replace(self, worker: Worker) -> None:
        self.replaced += 1
        await worker.end()
        self._workers.discard(worker)
        await self._another()

    async def _another(self) -> None:
        while True:
            try:
                await self._add()
                break
            except (DigitnetError, OSError) as error:
                log.error("no worker can be started, tried again soon: %s", error)
                await asyncio.sleep(_AGAIN_S)
        self._hand_out()

    def _do_beside(self, task: Coroutine[Any, Any, None]) -> None:
        running = asyncio.create_task(task)
        self._beside.add(running)
        running.add_done_callback(self._beside.discard)

"""The server's side of one worker: a process that is started, asked, and ended."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from dataclasses import asdict
from typing import Any

from digitnet.errors import WeightsError, WorkerError
from digitnet.web.frames import packed, receive_frame
from digitnet.web.job import Answer, Job
from digitnet.web.settings import Settings

# What a worker's answer comes through, bytes; it need not hold a whole answer.
_BUFFER = 2**18


class Process:
    """One worker, asked one thing at a time. fingerprint: of the weights that it reads with."""

    def __init__(self, process: asyncio.subprocess.Process):
        assert process.stdin is not None
        assert process.stdout is not None
        self.fingerprint = ""
        self._process, self._jobs, self._answers = process, process.stdin, process.stdout

    @classmethod
    async def start(cls, settings: Settings) -> "Process":
        """A worker that has read a picture already.

        Raises:
            WeightsError: it cannot read these weights.
            WorkerError: it ended before it was ready.
        """
        creating = asyncio.create_task(
            asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "digitnet.web.worker"),
                stdin=PIPE,
                stdout=PIPE,
                env=_environment(),
                start_new_session=True,  # a terminal's Ctrl-C is the server's alone
                limit=_BUFFER,
            )
        )
        try:
            process = cls(await asyncio.shield(creating))
        except asyncio.CancelledError:
            # asyncio waits for ever where it is cancelled between a fork and its pipes.
            await cls(await creating).end()
            raise
        setup = {
            "weights": str(settings.weights) if settings.weights else None,
            "taught": str(settings.taught) if settings.taught else None,
            "max_pixels": settings.max_pixels,
            "max_pages": settings.max_pages,
            "worker_bytes": settings.worker_bytes,
            "read_s": settings.read_s,
        }
        try:
            header, _ = await process._said(packed(setup))
        except BaseException:
            await process.end()
            raise
        if "error" in header:
            await process.end()
            raise WeightsError(header["error"])
        process.fingerprint = header["weights"]
        return process

    async def ask(self, job: Job, picture: bytes) -> Answer:
        """What it makes of a picture. After an error, or when cancelled, it has to be ended.

        Raises:
            WorkerError: it ended before it answered.
        """
        header, content = await self._said(packed(asdict(job), picture))
        return Answer(content=content, **header)

    async def end(self) -> None:
        """End it, whatever it does."""
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()

    async def _said(self, message: bytes) -> tuple[dict[str, Any], bytes]:
        try:
            self._jobs.write(message)
            await self._jobs.drain()
            return await receive_frame(self._answers)
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            await self._process.wait()
            status = self._process.returncode
            raise WorkerError(f"a process that reads pictures ended, status {status}") from error


def _environment() -> dict[str, str]:
    """Ours, without secrets; the worker finds the same packages."""
    environment = {name: v for name, v in os.environ.items() if name != "DIGITNET_TOKEN"}
    environment |= {"PYTHONPATH": os.pathsep.join(sys.path)}
    return environment | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

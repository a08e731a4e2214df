"""A request's body, counted while it streams in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.requests import ClientDisconnect, Request

from digitnet.web.problems import RequestError, busy
from digitnet.web.settings import Settings


class Bodies:
    """Receives bodies, bounded one by one and all together."""

    def __init__(self, settings: Settings):
        self._settings = settings
        self._held = 0

    @asynccontextmanager
    async def received(self, request: Request) -> AsyncIterator[bytes]:
        """The body; what it takes of the common memory is given back at the end.

        Raises:
            RequestError: 413 too long, 408 too slow, 503 too many at once, 400 broken off.
        """
        counted = [0]
        try:
            try:
                async with asyncio.timeout(self._settings.send_s):
                    body = await self._read(request, counted)
            except TimeoutError as error:
                limit = self._settings.send_s
                raise RequestError(
                    408, "too_slow", f"the body did not arrive within {limit:g} seconds"
                ) from error
            except ClientDisconnect as error:
                raise RequestError(400, "broken_off", "the body broke off") from error
            yield body
        finally:
            self._held -= counted[0]

    async def _read(self, request: Request, counted: list[int]) -> bytes:
        limit = self._settings.max_body_bytes
        too_long = RequestError(
            413, "too_large", f"the body is longer than {limit:,} bytes", {"Connection": "close"}
        )
        stated = request.headers.get("content-length", "")
        if stated.isdigit() and int(stated) > limit:
            raise too_long
        parts = []
        # What a header states may be a lie: only what arrives counts.
        async for part in request.stream():
            counted[0] += len(part)
            self._held += len(part)
            if counted[0] > limit:
                raise too_long
            if self._held > self._settings.held_bytes:
                raise busy("too many large bodies at once")
            parts.append(part)
        return b"".join(parts)

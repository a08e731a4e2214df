"""A request's body, counted while it streams in."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import ClientDisconnect, Request

from digitnet.web.problems import RequestError, busy
from digitnet.web.settings import Settings


@dataclass(eq=False)
class Body:
    """A body in memory. release: says that it is no longer."""

    content: bytes
    release: Callable[[], None]


class Bodies:
    """Receives bodies, bounded one by one and all together."""

    def __init__(self, settings: Settings):
        self._settings = settings
        self._held = 0

    async def received(self, request: Request, most_bytes: int | None = None) -> Body:
        """A whole body; what it takes of the common memory is taken until it is released.

        Raises:
            RequestError: 413 too long, 408 too slow, 503 too many at once, 400 broken off.
        """
        taken = 0

        def take(count: int) -> None:
            nonlocal taken
            taken += count
            self._held += count

        def release() -> None:
            nonlocal taken
            self._held -= taken
            taken = 0

        try:
            async with asyncio.timeout(self._settings.send_s):
                content = await self._read(
                    request, most_bytes or self._settings.max_body_bytes, take
                )
        except TimeoutError as error:
            release()
            limit = self._settings.send_s
            raise RequestError(
                408, "too_slow", f"the body did not arrive within {limit:g} seconds"
            ) from error
        except ClientDisconnect as error:
            release()
            raise RequestError(400, "broken_off", "the body broke off") from error
        except BaseException:
            release()
            raise
        return Body(content, release)

    async def _read(self, request: Request, limit: int, take: Callable[[int], None]) -> bytes:
        too_long = RequestError(413, "too_large", f"the body is longer than {limit:,} bytes")
        stated = request.headers.get("content-length", "")
        if stated.isdigit() and int(stated) > limit:
            raise too_long
        parts, length = [], 0
        # What a header states may be a lie: only what arrives counts.
        async for part in request.stream():
            length += len(part)
            take(len(part))
            if length > limit:
                raise too_long
            if self._held > self._settings.held_bytes:
                raise busy("too many large bodies at once")
            parts.append(part)
        return b"".join(parts)

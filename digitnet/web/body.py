"""A request's body, counted while it streams in; a form's file and fields are taken out of it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from digitnet.units import megabytes
from digitnet.web.problems import RequestError, busy
from digitnet.web.settings import Settings


@dataclass(frozen=True, eq=False)
class Body:
    """content: the body, or the file of a form. fields: the form's other fields, and `valid`,
    which may come as a file too."""

    content: bytes
    fields: dict[str, str] = field(default_factory=dict)


class Bodies:
    """Receives bodies, bounded one by one and all together."""

    def __init__(self, settings: Settings):
        self._settings = settings
        self._held = 0

    @asynccontextmanager
    async def received(self, request: Request, most_bytes: int = 0) -> AsyncIterator[Body]:
        """A whole body; it takes of the common memory until it is left.

        Raises:
            RequestError: 413 too long, 408 too slow, 503 too many at once, 400 broken off or a
                damaged form, 415 packed.
        """
        taken = 0

        def take(count: int) -> None:
            nonlocal taken
            taken += count
            self._held += count

        try:
            yield await self._whole(request, most_bytes or self._settings.max_body_bytes, take)
        finally:
            self._held -= taken

    async def _whole(self, request: Request, limit: int, take: Callable[[int], None]) -> Body:
        if request.headers.get("content-encoding", "identity").lower() != "identity":
            raise RequestError(
                415, "packed", "the body is packed; send it without Content-Encoding"
            )
        parts = self._parts(request, limit, take)
        try:
            async with asyncio.timeout(self._settings.send_s):
                if request.headers.get("content-type", "").lower().startswith("multipart/"):
                    return await _of_form(request, parts, self._settings)
                return Body(b"".join([part async for part in parts]))
        except TimeoutError as error:
            limit_s = self._settings.send_s
            message = f"the body did not arrive within {limit_s:g} seconds"
            raise RequestError(408, "too_slow", message) from error
        except ClientDisconnect as error:
            raise RequestError(400, "broken_off", "the body broke off") from error

    async def _parts(
        self, request: Request, limit: int, take: Callable[[int], None]
    ) -> AsyncIterator[bytes]:
        too_long = RequestError(413, "too_large", f"the body is longer than {megabytes(limit)}")
        stated = request.headers.get("content-length", "")
        if stated.isdigit() and int(stated) > limit:
            raise too_long
        length = 0
        # What a header states may be a lie: only what arrives counts.
        async for part in request.stream():
            length += len(part)
            take(len(part))
            if length > limit:
                raise too_long
            if self._held > self._settings.held_bytes:
                raise busy("too many large bodies at once")
            yield part


async def _of_form(request: Request, parts: AsyncIterator[bytes], settings: Settings) -> Body:
    """As `curl -F file=@page.png -F one=true -F valid=@numbers.txt` sends it."""
    parser = MultiPartParser(
        request.headers,
        parts,  # type: ignore[arg-type]
        max_files=2,
        max_fields=10,
        max_part_size=settings.max_list_bytes,
    )
    parser.spool_max_size = settings.max_body_bytes  # in memory, as any other body
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise _bad_form(error.message) from error
    content: bytes | None = None
    fields = {}
    try:
        for name, value in form.multi_items():
            if isinstance(value, str):
                fields[name] = value
            elif name == "valid":
                fields[name] = await _text(value, settings.max_list_bytes)
            elif content is None:
                content = await value.read()
            else:
                raise _bad_form("it has two files, expected one picture")
    finally:
        await form.close()
    if content is None:
        message = "the form has no file; with curl: -F file=@photo.jpg"
        raise RequestError(422, "no_file", message)
    return Body(content, fields)


async def _text(file: UploadFile, most_bytes: int) -> str:
    content = await file.read()
    if len(content) > most_bytes:
        raise RequestError(413, "too_large", f"valid is longer than {megabytes(most_bytes)}")
    try:
        return content.decode("utf-8-sig")  # as spreadsheets write it
    except UnicodeDecodeError as error:
        raise _bad_form("valid is no text, expected one number a line") from error


def _bad_form(said: str) -> RequestError:
    return RequestError(400, "bad_form", f"the form cannot be taken apart: {said}")

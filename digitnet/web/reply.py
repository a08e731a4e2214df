"""What is answered to a picture: JSON, as `digitnet read --json` has it."""

import json
import re
import traceback
from dataclasses import replace
from typing import Any

from digitnet.errors import PictureError
from digitnet.reading import Digit, Reader
from digitnet.reading.expected import Expected
from digitnet.reading.files.source import Pages, open_pages
from digitnet.web.job import Answer, Job


def answered(reader: Reader, job: Job, picture: bytes, max_pixels: int, max_pages: int) -> Answer:
    """The answer, whatever the picture is. A defect has status 500 and its trace as content."""
    try:
        expected = Expected(job.digits, job.valid) if job.digits or job.valid is not None else None
    except ValueError as error:
        return _problem("bad_parameter", str(error))
    try:
        with open_pages(picture, max_pixels=max_pixels) as pages:
            if job.page is None and len(pages) > max_pages:
                message = f"it has {len(pages)} pages, expected at most {max_pages}; name a page"
                return _problem("too_many_pages", message)
            numbers = [job.page] if job.page else range(1, len(pages) + 1)
            answers = [_page(reader, job, expected, pages, number) for number in numbers]
    except Exception as error:
        if _out_of_memory(error):
            message = "reading the picture takes too much memory; make it smaller"
            return replace(_problem("unreadable_picture", message), spent=True)
        if isinstance(error, PictureError):
            return _problem("unreadable_picture", _for_clients(error))
        return Answer(500, traceback.format_exc().encode())
    told = [page for page, _ in answers]
    digits = [digit for _, found in answers for digit in found]
    accepted = sum(digit.accepted for digit in digits)
    content = _json(told[0] if len(told) == 1 else {"pages": told})
    return Answer(200, content, accepted, len(digits) - accepted)


def _page(
    reader: Reader, job: Job, expected: Expected | None, pages: Pages, number: int
) -> tuple[dict[str, Any], tuple[Digit, ...]]:
    """What is told of one page, and its digits.

    Raises:
        PictureError: it cannot be read, and is the only one that is asked for.
    """
    try:
        picture = pages.picture(number)
    except PictureError as error:
        if job.page or len(pages) == 1 or _out_of_memory(error):
            raise
        return {"page": number, "pages": len(pages), "error": _for_clients(error)}, ()
    reading = reader.inspect_picture(picture, one=job.one, expected=expected).reading
    return reading.to_dict(job.top), reading.digits


def _for_clients(error: PictureError) -> str:
    """Without the flag that only who started the server has."""
    return str(error).replace("raise --max-pixels or ", "")


def _problem(code: str, message: str) -> Answer:
    return Answer(422, _json({"error": {"code": code, "message": message}}))


def _json(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _out_of_memory(error: BaseException | None) -> bool:
    """Python, OpenCV and ONNX Runtime have each their own word; a decoder's error wraps it."""
    while error is not None:
        if isinstance(error, MemoryError) or re.search(
            "insufficient memory|failed to allocate|bad_alloc", str(error), re.IGNORECASE
        ):
            return True
        error = error.__cause__
    return False

"""What a request asks for besides its picture: in its address, or as fields of its form."""

import re
from collections.abc import Mapping

from digitnet.web.job import Job
from digitnet.web.problems import RequestError

_NAMES = ("one", "top", "page", "digits", "valid")


def job_of(given: Mapping[str, str]) -> Job:
    """The job that parameters ask for.

    Raises:
        RequestError: 422, an unknown parameter, or a value out of range.
    """
    for name in given:
        if name not in _NAMES:
            raise _wrong(f"{name[:20]!r} is no parameter, expected {', '.join(_NAMES)}")
    return Job(
        one=_flag(given, "one"),
        top=_number(given, "top", 1, 10) or 3,
        page=_number(given, "page", 1, 9999),
        digits=_number(given, "digits", 1, 50),
        valid=_words(given["valid"]) if "valid" in given else None,
    )


def _words(text: str) -> tuple[str, ...]:
    """As in a file for the command: a comma at the end, or two, are none of them."""
    words = tuple(word for word in re.split(r"[\s,]+", text) if word)
    if not words:
        raise _wrong("valid is empty, expected numbers with commas between them")
    return words


def _flag(given: Mapping[str, str], name: str) -> bool:
    value = given.get(name, "false").lower()
    if value not in ("true", "false", "1", "0"):
        raise _wrong(f"{name} is {value[:20]!r}, expected true or false")
    return value in ("true", "1")


def _number(given: Mapping[str, str], name: str, least: int, most: int) -> int | None:
    if name not in given:
        return None
    value = given[name]
    # Not isdigit: that takes other scripts' digits and superscripts too.
    if not (value.isascii() and value.isdecimal() and len(value) <= 4):
        value = "-1"
    if not least <= int(value) <= most:
        raise _wrong(f"{name} is no number from {least} to {most}")
    return int(value)


def _wrong(message: str) -> RequestError:
    return RequestError(422, "bad_parameter", message)

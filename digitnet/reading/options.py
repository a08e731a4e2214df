"""What is asked of every picture of many."""

from typing import TypedDict

from digitnet.reading.expected import Expected


class Opening(TypedDict, total=False):
    """How a file is opened.

    max_pixels: larger pictures are refused (64,000,000). dpi: pixels an inch at which the pages
    of a PDF are drawn (300).
    """

    max_pixels: int
    dpi: int


class Looking(TypedDict, total=False):
    """How a picture is read.

    one: it holds exactly one digit. expected: what numbers it may hold.
    """

    one: bool
    expected: Expected | None


class Options(Opening, Looking, total=False):
    """What `read`, `read_many` and `read_pages` take besides their source."""


def opening(options: Options) -> Opening:
    names = Opening.__annotations__
    return {name: value for name, value in options.items() if name in names}  # type: ignore[return-value]


def looking(options: Options) -> Looking:
    """The others; what is no option at all is among them, and `inspect_picture` takes none such."""
    names = Opening.__annotations__
    return {name: value for name, value in options.items() if name not in names}  # type: ignore[return-value]

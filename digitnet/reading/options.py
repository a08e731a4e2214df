"""What is asked of every picture of many."""

from typing import TypedDict

from digitnet.reading.expected import Expected


class Opening(TypedDict, total=False):
    """How a file is opened."""

    max_pixels: int
    dpi: int


class Looking(TypedDict, total=False):
    """How a picture is read."""

    one: bool
    expected: Expected | None


class Options(Opening, Looking, total=False):
    """As `Reader.read` takes them, which has their defaults."""


def opening(options: Options) -> Opening:
    names = Opening.__annotations__
    return {name: value for name, value in options.items() if name in names}  # type: ignore[return-value]


def looking(options: Options) -> Looking:
    names = Looking.__annotations__
    return {name: value for name, value in options.items() if name in names}  # type: ignore[return-value]

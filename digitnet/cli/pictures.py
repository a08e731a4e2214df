"""Which pictures a command's arguments name."""

import glob
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from digitnet.reading.picture import SUFFIXES, Source


def printable(source: Source) -> str:
    """A path as text that any terminal and table takes: file names can be any bytes."""
    if not isinstance(source, str):
        return "-"
    return source.encode("utf-8", "backslashreplace").decode()


def find_pictures(arguments: list[str]) -> Iterator[Source]:
    """The pictures that the arguments name, in order, found as they are asked for.

    What names nothing is handed on as it is: the reader says what is wrong with it.
    """
    for argument in arguments:
        path = Path(argument)
        if argument == "-":
            yield sys.stdin.buffer
        elif path.is_dir():
            empty = True
            for name in pictures_below(argument):
                empty = False
                yield name
            if empty:
                yield argument
        elif path.exists():
            yield argument
        else:
            yield from sorted(glob.glob(argument, recursive=True)) or [argument]


def pictures_below(folder: str) -> Iterator[str]:
    """Pictures in a folder and those in it, folder by folder: a million are never listed."""
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            if os.path.splitext(name)[1].lower() in SUFFIXES:
                yield os.path.join(parent, name)

"""Which pictures a command's arguments name."""

import glob
import os
from collections import Counter
from collections.abc import Iterator

from digitnet.reading.files.folder import NO_FILE, pictures_below


def printable(path: str) -> str:
    """A path as text that any terminal and table takes: file names can be any bytes."""
    text = path.encode("utf-8", "backslashreplace").decode()
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def find_pictures(arguments: list[str], skipped: Counter[str]) -> Iterator[str]:
    """The paths of the pictures that the arguments name, in order, found as they are asked for.

    What names nothing is handed on as it is, and so is `-`: the reader says what is wrong with
    it. skipped: counts what folders and patterns hold besides, by its ending.
    """
    for argument in arguments:
        if argument == "-" or (os.path.exists(argument) and not os.path.isdir(argument)):
            yield argument
        elif os.path.isdir(argument):
            yield from _below(argument, skipped)
        else:
            for match in sorted(glob.glob(argument, recursive=True)) or [argument]:
                if os.path.isdir(match):
                    # "**" names the folders on its way too, and what is in them by itself.
                    if "**" not in argument:
                        yield from _below(match, skipped)
                elif os.path.isfile(match) or not os.path.exists(match):
                    yield match
                else:
                    skipped[NO_FILE] += 1


def _below(folder: str, skipped: Counter[str]) -> Iterator[str]:
    empty = True
    for path in pictures_below(folder, skipped):
        empty = False
        yield path
    if empty:
        yield folder

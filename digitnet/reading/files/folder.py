"""The pictures in a folder, and what else lies there."""

import os
from collections import Counter
from collections.abc import Iterator

from digitnet.reading.files.formats import SUFFIXES

LINKED_FOLDER, BROKEN_LINK, NO_FILE = "linked folder", "broken link", "pipe or device"


def pictures_below(folder: str, skipped: Counter[str] | None = None) -> Iterator[str]:
    """The pictures in a folder and those in it, folder by folder: a million are never listed.

    Only regular files, by their endings; hidden ones, whose name begins with a dot, are left
    out. skipped: counts what else is passed over, by its ending. A folder that cannot be listed
    is given itself: who reads it is told why. Links to folders are not followed, they may lead
    back.
    """
    skipped = Counter() if skipped is None else skipped
    remaining = [folder]
    while remaining:
        parent = remaining.pop()
        try:
            with os.scandir(parent) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError:
            yield parent
            continue
        below = []
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_symlink() and not os.path.exists(entry.path):
                skipped[BROKEN_LINK] += 1
            elif entry.is_dir():
                if entry.is_symlink():
                    skipped[LINKED_FOLDER] += 1
                else:
                    below.append(entry.path)
            elif not entry.is_file():
                skipped[NO_FILE] += 1
            elif os.path.splitext(entry.name)[1].lower() in SUFFIXES:
                yield entry.path
            else:
                skipped[os.path.splitext(entry.name)[1].lower() or "no ending"] += 1
        remaining += reversed(below)

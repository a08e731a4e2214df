"""What became of all that a command was to read: counted, and told in one line."""

import sys
from collections import Counter

from digitnet.cli.rows import is_last
from digitnet.errors import PictureError
from digitnet.reading import Reading
from digitnet.reading.files.formats import cure, installed, kind_of_suffix


class Tally:
    """Counts files, of several pages as one that failed where one of them did.

    skipped: what was passed over, by its ending or its kind. known: files that a table to go on
    with holds already; known_failed: those of them that had failed.
    """

    def __init__(self) -> None:
        self.read = self.failed = self.pages = self.known = self.known_failed = 0
        self.skipped: Counter[str] = Counter()
        self._bad_page = False

    def add(self, result: Reading | PictureError) -> None:
        """A page in its turn."""
        bad = isinstance(result, PictureError)
        self._bad_page |= bad
        self.pages += not bad
        if is_last(result):
            self.failed += self._bad_page
            self.read += not self._bad_page
            self._bad_page = False

    def lines(self) -> list[str]:
        """ "read 296, failed 3, skipped 4 (.heic 3, .txt 1)"; and how to read what was skipped."""
        line = f"read {self.read:,}"
        if self.pages > self.read:
            line += f" ({self.pages:,} pages)"
        line += f", failed {self.failed:,}" if self.failed else ""
        line += f", in the table already {self.known:,}" if self.known else ""
        line += f" ({self.known_failed:,} of them failed)" if self.known_failed else ""
        line += f", {described(self.skipped)}" if self.skipped else ""
        lines = [line]
        for suffix in self.skipped:
            kind = kind_of_suffix(suffix)
            if kind and not installed(kind):
                lines.append(f"to read {suffix}: {cure(kind)}")
        return lines

    def tell(self, command: str) -> None:
        for line in self.lines():
            print(f"{command}: {line}", file=sys.stderr)


def described(skipped: Counter[str]) -> str:
    """ "skipped 4 (.heic 3, .txt 1)"."""
    kinds = ", ".join(f"{kind} {count:,}" for kind, count in skipped.most_common())
    return f"skipped {skipped.total():,} ({kinds})"

"""How what was read is printed."""

import argparse
import json
import sys

from digitnet.cli.outputs import STDOUT
from digitnet.errors import PictureError
from digitnet.reading import Reading


class Shown:
    """Prints readings at once, so that a pipe sees them as they come.

    Text, or a JSON object a picture; nothing where another output takes standard output.
    """

    def __init__(self, args: argparse.Namespace, *, several: bool):
        """several: each picture is named."""
        self._args, self._several = args, several
        outputs = (args.csv, args.parquet, args.review, args.show, args.explain)
        self._silent = STDOUT in outputs

    def show(self, path: str, result: Reading | PictureError) -> None:
        name = path
        if result.pages is not None and result.pages > 1:
            name = f"{path}, page {result.page}"
        if not self._silent:
            if self._args.json:
                print(json.dumps({"path": path, **self._object(result)}), flush=True)
            elif isinstance(result, Reading):
                head = f"{name}: " if self._several or result.pages > 1 else ""
                lines = _lines(result)
                print(f"\n{' ' * len(head)}".join([head + lines[0], *lines[1:]]), flush=True)
        if isinstance(result, PictureError):
            complain(name, str(result))
        else:
            # Where a number was expected, what was not found is told with it.
            if result.warning and result.answers is None:
                complain(name, f"warning: {result.warning}")
            for line in unfit(result):
                expected = self._args.expected.described
                complain(name, f"nothing fits; expected {expected}, read {line}")

    def _object(self, result: Reading | PictureError) -> dict[str, object]:
        if isinstance(result, Reading):
            return result.to_dict(self._args.top)
        page = {} if result.page is None else {"page": result.page, "pages": result.pages}
        return {**page, "error": str(result)}


def _lines(reading: Reading) -> list[str]:
    """What is printed of a picture: the answers, where some were asked for."""
    if reading.answers is None:
        return reading.text.split("\n")
    return [answer.text for answer in reading.answers] or [""]


def unfit(reading: Reading) -> list[str]:
    """The lines with digits in them that fit nothing, where something was expected."""
    if reading.answers is None:
        return []
    fit = {answer.line for answer in reading.answers}
    unfit = [
        line.text
        for number, line in enumerate(reading.lines)
        if number not in fit and any(digit.accepted for digit in line.digits)
    ]
    return unfit if unfit or fit else [reading.text.replace("\n", " / ") or "nothing"]


def complain(path: str, message: str) -> None:
    line = f"digitnet read: {path}: {message}"
    if "tqdm" in sys.modules:  # there may be a bar, which is drawn anew below
        sys.modules["tqdm"].tqdm.write(line, file=sys.stderr)
    else:
        print(line, file=sys.stderr)

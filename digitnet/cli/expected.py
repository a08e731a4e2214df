"""--digits and --valid: what numbers a picture may hold."""

import argparse
from pathlib import Path

from digitnet.cli.counts import positive
from digitnet.errors import DataError
from digitnet.files import reason
from digitnet.reading import Expected


def add_expected_flags(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("known answers")
    group.add_argument(
        "--digits", type=positive, metavar="N", help="each line is a number of N digits"
    )
    group.add_argument(
        "--valid", type=Path, metavar="FILE", help="each line is one of these: one number a line"
    )


def expected_of(args: argparse.Namespace) -> Expected | None:
    """What the flags say, None where they say nothing.

    Raises:
        DataError: the file cannot be read or holds something else.
    """
    if args.digits is None and args.valid is None:
        return None
    try:
        return Expected(args.digits, None if args.valid is None else numbers_in(args.valid))
    except ValueError as error:
        where = f"{args.valid}: " if args.valid else ""
        raise DataError(f"{where}{error}") from error


def numbers_in(path: Path) -> list[str]:
    """The numbers of a file, one a line, with their leading zeros.

    Raises:
        DataError: it cannot be read, a line is no number, or there is none.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise DataError(f"cannot read {path}: {reason(error)}") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is no text in UTF-8; save it as plain text") from error
    numbers = []
    for at, line in enumerate(text.splitlines(), start=1):
        number = line.strip()
        if number and not (number.isascii() and number.isdecimal()):
            shown = number if len(number) <= 30 else f"{number[:30]}..."
            raise DataError(f"{path}, line {at}: {shown!r}, expected one number of digits alone")
        numbers += [number] if number else []
    if not numbers:
        raise DataError(f"{path} holds no numbers, expected one a line")
    return numbers

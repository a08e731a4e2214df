"""Counts and times: as arguments, and in words."""

import argparse
import os

_MOST_SECONDS = 1_000_000  # eleven days; a system's calls that wait take little more


def positive(text: str) -> int:
    """An argument that counts something."""
    value = _whole(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{value} is below 1, expected 1 or more")
    return value


def not_negative(text: str) -> int:
    """An argument that counts something, perhaps nothing."""
    value = _whole(text)
    if value < 0:
        raise argparse.ArgumentTypeError(f"{value} is below 0, expected 0 or more")
    return value


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number") from error


def seconds(text: str) -> float:
    """An argument that is a time, perhaps none."""
    try:
        value = float(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds") from error
    if not 0 <= value <= _MOST_SECONDS:
        raise argparse.ArgumentTypeError(
            f"{text} seconds are out of range, expected 0 to {_MOST_SECONDS:,}"
        )
    return value


def positive_seconds(text: str) -> float:
    """An argument that is a time."""
    value = seconds(text)
    if value == 0:
        raise argparse.ArgumentTypeError("no time is left, expected more than 0 seconds")
    return value


def cores() -> int:
    """Those that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'s' * (count != 1)}"

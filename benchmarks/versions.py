"""Processes that each read with one version of digitnet, from a folder of their own.

Everything goes through what all versions have: `Reader(threads=1).read(picture, one=...)`
and the lines, digits, `accepted` and `confidence` of its result.
"""

import hashlib
import multiprocessing
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
from cases import rows
from row import Folders, Row
from scores import Mark, Outcome, judged


@dataclass(frozen=True)
class Version:
    """A checkout of digitnet, and what its Reader is made with beside `threads`."""

    folder: Path
    options: dict[str, str]

    def fingerprints(self) -> dict[str, str]:
        """SHA-256 of each file of weights that it may read with."""
        files = sorted((self.folder / "digitnet/weights").glob("*.onnx"))
        files += [Path(value) for value in self.options.values() if Path(value).is_file()]
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}

    def use(self) -> Any:
        """Its module, in a process that has imported no other version.

        sys.path is changed, so that an installed version is not taken in its place.
        """
        sys.path.insert(0, str(self.folder.resolve()))
        import digitnet

        assert Path(digitnet.__file__).is_relative_to(self.folder.resolve()), digitnet.__file__
        return digitnet


def pool(
    version: Version, processes: int, folders: Folders, *, kept_aside: bool
) -> ProcessPoolExecutor:
    """Processes for `measure`. Not forked: a fork of a network's threads can hang."""
    spawn = multiprocessing.get_context("spawn")
    initial = (version, folders, kept_aside)
    return ProcessPoolExecutor(processes, spawn, initializer=_start, initargs=initial)


_process: dict[str, Any] = {}


def _start(version: Version, folders: Folders, kept_aside: bool) -> None:
    cv2.setNumThreads(1)
    _process["reader"] = version.use().Reader(threads=1, **version.options)
    _process["rows"] = {row.name: row for row in rows(folders, kept_aside=kept_aside)}


def measure(name: str, numbers: Sequence[int]) -> dict[int, Outcome]:
    """Read cases of a row; those that there are, by number."""
    outcomes = {}
    for number in numbers:
        case = cases_of(name).make(number)
        if case is None:
            continue
        started = time.perf_counter()
        reading = reader().read(case.picture, one=case.one)
        read_ms = 1000 * (time.perf_counter() - started)
        outcome = judged(case.answer, marks_of(reading))
        outcomes[number] = replace(outcome, source=case.source, read_ms=read_ms, base=case.base)
    return outcomes


def cases_of(name: str) -> Row:
    """A row, in a process that `pool` has started."""
    row: Row = _process["rows"][name]
    return row


def reader() -> Any:
    """The version's reader, in a process that `pool` has started."""
    return _process["reader"]


def marks_of(reading: Any) -> list[list[Mark]]:
    """A reading of any version, line by line."""
    return [
        [Mark(int(digit.digit), bool(digit.accepted), digit.confidence) for digit in line.digits]
        for line in reading.lines
    ]


def revision(checkout: Path) -> str:
    """The commit of a checkout and its day."""
    found = subprocess.run(
        ["git", "log", "-1", "--format=%h of %cs"],
        cwd=checkout, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return found.stdout.strip()

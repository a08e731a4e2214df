"""What can go wrong and be mended by the person at the keyboard.

Every message is one line that names the file or argument, what was found, what
was expected and how to mend it. A wrong argument to a Python function is a plain
`ValueError`; what cannot happen is an `assert`.
"""

import os
import shlex
import subprocess
from pathlib import Path


def quoted(word: str | os.PathLike[str]) -> str:
    """A word of a command line, as this system's shell takes it."""
    text = os.fspath(word)
    return subprocess.list2cmdline([text]) if os.name == "nt" else shlex.quote(text)


def install_command(extra: str = "") -> str:
    """What installs digitnet with an extra: from its checkout, where it is run from one."""
    checkout = Path(__file__).resolve().parents[1]
    from_checkout = (checkout / "pyproject.toml").exists()
    name = ("." if from_checkout else "digitnet") + (f"[{extra}]" if extra else "")
    where = " in digitnet's folder" if from_checkout and not checkout.samefile(".") else ""
    return f"pip install {quoted(name)}{where}"


class DigitnetError(Exception):
    """Base of all errors that a user can mend.

    `exit_status` is what the command ends with: 2 for a request that cannot be
    carried out as given, 1 for one that was tried and failed.
    """

    exit_status = 2


class RecipeError(DigitnetError, ValueError):
    """A hyperparameter has a value that cannot be trained with."""


class DataError(DigitnetError):
    """A data file is missing, damaged, unreachable or not what it claims to be."""


class DeviceError(DigitnetError):
    """The device or precision asked for is unknown or not on this machine."""


class RunError(DigitnetError):
    """A run folder, checkpoint or weights file cannot be read or written."""


class DivergedError(DigitnetError):
    """The loss is no longer a finite number; going on would train nothing."""

    exit_status = 1


class PictureError(DigitnetError):
    """A picture cannot be decoded, or is larger than allowed.

    page, pages: which page of its file, from 1, and how many that has; None where it is not
    known, or the whole file cannot be read.
    """

    exit_status = 1

    def __init__(self, message: str, *, page: int | None = None, pages: int | None = None):
        super().__init__(message)
        self.page, self.pages = page, pages


class WeightsError(DigitnetError):
    """A file of weights for reading is missing, damaged or not ours."""


class OutputError(DigitnetError):
    """What was asked for cannot be written where it was asked for."""


class ServeError(DigitnetError):
    """The server cannot be started as asked."""


class WorkerError(DigitnetError):
    """A process that shared the work ended before it was done."""

    exit_status = 1

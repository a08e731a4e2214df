"""Standard streams that take any text, and an end at which they are empty."""

import contextlib
import os
import sys
import threading
from typing import NoReturn


def prepare() -> None:
    """Have standard output take names of any script; end with status 2 where it is closed."""
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115 (as long as the process)
    if sys.stdout is None:
        print("digitnet: standard output is closed", file=sys.stderr, flush=True)
        os._exit(2)
    # A file on Windows is in the system's encoding, which lacks most letters of the world.
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]


def end(status: int) -> NoReturn:
    """End the process, at once where a thread is left that a time limit gave up (`limited.py`).

    It may be in the network's library, which aborts a process that ends as usual. All files are
    closed by now.
    """
    if any(thread.name.startswith("digitnet") for thread in threading.enumerate()):
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)
    sys.exit(status)

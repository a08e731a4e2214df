"""A file that one command at a time goes on with."""

import sys
from pathlib import Path
from typing import IO, Any

from digitnet.errors import OutputError

if sys.platform != "win32":  # there no other process replaces a file that is open
    import fcntl


def lock(file: IO[Any], path: Path) -> None:
    """Keep an open file for this process, until it is closed. path: of what is written, told.

    Raises:
        OutputError: another process keeps it.
    """
    if sys.platform == "win32":
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise OutputError(f"another command is writing {path}; wait until it ends") from error
    except OSError:  # a file system that knows no locks
        return

"""A file that one command at a time writes: held from before it is begun until it is whole."""

import contextlib
import os
import sys
from pathlib import Path
from typing import IO, Any

from digitnet.errors import OutputError
from digitnet.files import reason

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


class Lock:
    """Kept by an empty hidden file beside the one that is written; a kill lets it go."""

    def __init__(self, path: Path):
        """path: of what is written.

        Raises:
            OutputError: another process writes it, or its folder cannot be written to.
        """
        self._path = path.with_name(f".{path.name}.lock")
        try:
            self._file = self._kept(path)
        except OSError as error:
            raise OutputError(f"cannot write {path}: {reason(error)}") from error

    def _kept(self, path: Path) -> IO[Any]:
        while True:
            file = self._path.open("a")
            if not _lock(file):
                file.close()
                raise OutputError(f"another command is writing {path}; wait until it ends")
            # It may have been removed, by who held it, since it was opened.
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(file.fileno()), self._path.stat()):
                    return file
            file.close()

    def release(self) -> None:
        """Let it go, once."""
        if sys.platform == "win32":
            self._file.close()
        with contextlib.suppress(OSError):
            self._path.unlink()
        self._file.close()


def _lock(file: IO[Any]) -> bool:
    """Whether the open file is this process's now; on a file system without locks it is."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True
    return True

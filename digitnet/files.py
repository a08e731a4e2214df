"""Files that are either whole or not there."""

import errno
import os
import stat
import tempfile
from pathlib import Path

from digitnet.errors import RunError


def write_atomically(path: Path, content: bytes) -> None:
    """Write `content` to `path` so that a crash at any moment leaves the old file or the new.

    The bytes go to a temporary name in the same folder, are synced to the disk and
    renamed over `path`; then the folder is synced, so that the rename itself lasts. A device or
    a pipe is written to, and what a link names is replaced, not the link.

    Raises:
        RunError: the disk is full, the folder is read-only or missing.
    """
    temporary = None
    if is_stream(path):
        try:
            path.write_bytes(content)
        except OSError as error:
            raise RunError(f"cannot write {path}: {reason(error)}") from error
        return
    if path.is_symlink():
        path = path.resolve()
    try:
        descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(descriptor, "wb") as file:
            # mkstemp makes the file private; what we write is as public as open() makes it.
            os.chmod(temporary, 0o666 & ~_umask())
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
        sync(path.parent)
    except OSError as error:
        raise RunError(f"cannot write {path}: {reason(error)}") from error
    finally:
        if temporary is not None and os.path.exists(temporary):
            os.unlink(temporary)


def is_stream(path: Path) -> bool:
    """Whether there is a device, a pipe or a socket, which only takes what is written to it."""
    try:
        kind = path.stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(kind) or stat.S_ISDIR(kind))


def reason(error: OSError) -> str:
    """What the system said, and the mend where there is an obvious one."""
    said = error.strerror or str(error)
    mends = {
        errno.ENOSPC: "free some space and try again",
        errno.EACCES: "choose a folder you may write to",
        errno.EPERM: "choose a folder you may write to",
        errno.EROFS: "choose a folder you may write to",
        errno.ENOTDIR: "choose another folder",
        errno.EPIPE: "what read it has ended",
    }
    mend = mends.get(error.errno or 0)
    return f"{said}; {mend}" if mend else said


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def sync(path: Path) -> None:
    """Wait until a file's content, or a folder's names, are on the disk."""
    if os.name == "nt":  # Windows cannot open folders; its rename is journalled
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""Files that are either whole or not there."""

import contextlib
import errno
import os
import stat
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
    if is_stream(path):
        try:
            path.write_bytes(content)
        except OSError as error:
            raise RunError(f"cannot write {path}: {reason(error)}") from error
        return
    path = linked(path)
    temporary = path.with_name(f".{path.name}.{os.urandom(4).hex()}")
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
        sync(path.parent)
    except OSError as error:
        raise RunError(f"cannot write {path}: {reason(error)}") from error
    finally:
        with contextlib.suppress(OSError):  # renamed, or never there
            temporary.unlink()


def linked(path: Path) -> Path:
    """What a link names, which is to be replaced in its place. A device or pipe stays as named."""
    return Path(os.path.realpath(path)) if path.is_symlink() and not is_stream(path) else path


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


def sync(path: Path) -> None:
    """Wait until a file's content, or a folder's names, are on the disk."""
    if os.name == "nt":  # Windows cannot open folders; its rename is journalled
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

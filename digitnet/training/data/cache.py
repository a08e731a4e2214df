"""The cache: official files on this machine, fetched from the mirrors when they are missing."""

import os
import shutil
import socket
import tempfile
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path

from digitnet.errors import DataError, RunError
from digitnet.files import reason, write_atomically
from digitnet.training.data.idx import OFFICIAL_SHA256, IdxFile, read_file, unpack

# Seconds without a byte after which a mirror counts as dead.
STALL_S = 20.0


def cache_folder() -> Path:
    """Where fetched files are kept: `digitnet/mnist` in the user's cache folder."""
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return Path(base or Path.home() / ".cache") / "digitnet" / "mnist"


def cached_or_fetched(folder: Path, warn: Callable[[str], object]) -> list[IdxFile]:
    """The four official files from `folder`; those missing or damaged are fetched first.

    Files arrive in a folder of this process's own and are renamed into place, and are read only
    where their content is verified, so processes that start together do not see each
    other's halves, and a damaged file is replaced or gone, never left.

    Raises:
        DataError: a file is not there and no mirror gave it.
    """
    files = []
    for name in OFFICIAL_SHA256:
        file = _read_cached(folder / name, warn)
        files.append(file or _fetch(name, folder, warn))
    return files


def _read_cached(path: Path, warn: Callable[[str], object]) -> IdxFile | None:
    if not path.exists():
        return None
    try:
        file = read_file(path)
        if file.official:
            return file
        problem = f"{path} is not the official file (its SHA-256 is {file.sha256[:12]}...)"
    except DataError as error:
        problem = str(error).split(";")[0]
    warn(f"{problem}; fetching it again")
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise DataError(f"cannot write the cache {path.parent}: {reason(error)}") from error
    return None


def _fetch(name: str, folder: Path, warn: Callable[[str], object]) -> IdxFile:
    from torchvision.datasets import MNIST
    from torchvision.datasets.utils import download_url

    md5 = dict(MNIST.resources)[f"{name}.gz"]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        own_folder = Path(tempfile.mkdtemp(prefix=".fetching-", dir=folder))
    except OSError as error:
        raise DataError(f"cannot write the cache {folder}: {reason(error)}") from error
    # torchvision's downloader waits for ever on a mirror that stalls.
    previous_timeout = socket.getdefaulttimeout()
    socket.setdefaulttimeout(STALL_S)
    try:
        for mirror in MNIST.mirrors:
            packed = own_folder / f"{name}.gz"
            try:
                download_url(mirror + packed.name, str(own_folder), packed.name, md5)
                write_atomically(folder / name, unpack(packed.read_bytes(), packed))
                file = read_file(folder / name)
            except (OSError, RuntimeError, HTTPException, ValueError, DataError, RunError) as error:
                packed.unlink(missing_ok=True)
                warn(f"{mirror}{packed.name}: {_brief(error)}")
                continue
            if file.official:
                return file
            (folder / name).unlink(missing_ok=True)
            warn(f"{mirror}{packed.name}: not the official file")
    finally:
        socket.setdefaulttimeout(previous_timeout)
        shutil.rmtree(own_folder, ignore_errors=True)
    raise DataError(f"no mirror gave {name}.gz (tried {len(MNIST.mirrors)})")


def _brief(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__

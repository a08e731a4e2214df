"""The four files of MNIST: their names, their form (IDX) and their fingerprints."""

import gzip
import hashlib
import io
import math
import zlib
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from digitnet.errors import DataError
from digitnet.files import reason

# SHA-256 of the official files, unpacked. The archives' MD5 (torchvision's check)
# says nothing of an unpacked file that was truncated or swapped afterwards.
OFFICIAL_SHA256 = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}

# Data sets that come in files of the same names and shapes, by the MD5 of each
# archive as torchvision lists it, so that a mix-up can be called by its name.
LOOK_ALIKES = {
    "8d4fb7e6c68d591d4c3dfef9ec88bf0d": "Fashion-MNIST",
    "25c81989df183df01b3e8a0aad5dffbe": "Fashion-MNIST",
    "bef4ecab320f06d8554ea6380940ec79": "Fashion-MNIST",
    "bb300cfdad3c16e7a12a480ee83cd310": "Fashion-MNIST",
    "bdb82020997e1d708af4cf47b453dcf7": "KMNIST",
    "e144d726b3acfaa3e44228e80efcd344": "KMNIST",
    "5c965bf0a639b31b8f53240b1b52f4d7": "KMNIST",
    "7320c461ea6c1c855c0b718fb2a4b134": "KMNIST",
}

# No honest file is larger unpacked; a gzip bomb is not read to its end.
_MOST_BYTES = 1 << 30


@dataclass(frozen=True)
class IdxFile:
    """One verified file.

    values: uint8 [N, 28, 28] for images, [N] for labels.
    official: its content is that of the official MNIST file of this name.
    look_alike: the name of another data set, where the archive is known as that.
    """

    path: Path
    values: Tensor
    sha256: str
    official: bool
    look_alike: str | None = None


def find_file(folder: Path, name: str) -> Path | None:
    """The file `name` in `folder`, unpacked or as .gz."""
    for path in (folder / name, folder / f"{name}.gz"):
        if path.is_file():
            return path
    return None


def read_file(path: Path) -> IdxFile:
    """Read and check one file, unpacked or .gz, named as the official one.

    Raises:
        DataError: unreadable, truncated, not gzip, not IDX, or of another shape.
    """
    try:
        packed = path.read_bytes()
    except OSError as error:
        raise DataError(f"cannot read {path}: {reason(error)}") from error
    content = unpack(packed, path) if path.suffix == ".gz" else packed
    name = path.name.removesuffix(".gz")
    sha256 = hashlib.sha256(content).hexdigest()
    return IdxFile(
        path=path,
        values=_parse(content, 3 if "images" in name else 1, path),
        sha256=sha256,
        official=sha256 == OFFICIAL_SHA256[name],
        look_alike=LOOK_ALIKES.get(hashlib.md5(packed, usedforsecurity=False).hexdigest()),
    )


def unpack(packed: bytes, path: Path) -> bytes:
    """The content of a .gz; `path` is for the message.

    Raises:
        DataError: empty, truncated, damaged, or no gzip at all (an HTML page, say).
    """
    if not packed:
        raise DataError(f"{path} is empty; delete it and fetch it again")
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(packed)) as file:
            content = file.read(_MOST_BYTES + 1)
    except gzip.BadGzipFile as error:
        raise DataError(
            f"{path} is damaged or no gzip file, it starts with {packed[:12]!r}; "
            "delete it and fetch it again"
        ) from error
    except (EOFError, zlib.error) as error:
        raise DataError(f"{path} is truncated or damaged; delete it and fetch it again") from error
    if len(content) > _MOST_BYTES:
        raise DataError(f"{path} unpacks to over {_MOST_BYTES:,} bytes; that is no MNIST file")
    return content


def _parse(content: bytes, dimensions: int, path: Path) -> Tensor:
    """IDX: two zero bytes, type 8 (uint8), number of dimensions, sizes big-endian, values."""
    header = 4 + 4 * dimensions
    if content[:4] != bytes([0, 0, 8, dimensions]) or len(content) < header:
        raise DataError(
            f"{path} is no IDX file of {dimensions} dimension(s), it starts with {content[:12]!r}; "
            "delete it and fetch it again"
        )
    shape = [int.from_bytes(content[at : at + 4], "big") for at in range(4, header, 4)]
    expected = header + math.prod(shape)
    if len(content) != expected:
        raise DataError(
            f"{path} has {len(content):,} bytes unpacked, its header promises {expected:,}; "
            "it was cut or mixed up: delete it and fetch it again"
        )
    if shape[1:] not in ([], [28, 28]) or shape[0] == 0:
        raise DataError(f"{path} holds values of shape {shape}, expected N or N x 28 x 28")
    return torch.frombuffer(bytearray(content[header:]), dtype=torch.uint8).reshape(shape)

"""Archives on disk: data only, versioned, whole or not there.

PyTorch archives read with `weights_only=True`, so that a file from elsewhere can hold wrong
numbers but never run code.
"""

import io
import pickle
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from digitnet.errors import RunError
from digitnet.files import reason, write_atomically

# Real files are of 0.1 to 5 MB (a million images' losses), a finder's state of 33; a giant one is
# not read into memory.
MOST_BYTES = 64 << 20


def save_archive(path: Path, content: dict[str, Any]) -> None:
    """Write plain values and tensors, of which "format" and "version" say what they are.

    Raises:
        RunError: the file cannot be written; the one there before is left as it was.
    """
    buffer = io.BytesIO()
    torch.save(content, buffer)
    write_atomically(path, buffer.getvalue())


def load_archive(
    path: Path, expected_format: str, versions: tuple[int, ...] = (1,)
) -> dict[str, Any]:
    """What `save_archive` wrote, tensors on the CPU. versions: those that are read.

    Raises:
        RunError: no such file, damaged, of another format or version.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise RunError(f"{path} is larger than any {expected_format} file; is it another file?")
        archive = path.read_bytes()
        _require_intact(archive)
        content = torch.load(io.BytesIO(archive), map_location="cpu", weights_only=True)
    except OSError as error:
        raise RunError(f"cannot read {path}: {reason(error)}") from error
    except (
        pickle.UnpicklingError, zipfile.BadZipFile, RuntimeError, EOFError, ValueError, TypeError,
        KeyError, IndexError, AttributeError, AssertionError, MemoryError, OverflowError,
    ) as error:  # fmt: skip
        raise RunError(
            f"{path} is truncated, damaged or no {expected_format} file; "
            "use another file or train again"
        ) from error
    found = content.get("format") if isinstance(content, dict) else type(content).__name__
    if found != expected_format:
        raise RunError(f"{path} holds {found!r}, expected a {expected_format!r} file")
    if content.get("version") not in versions:
        raise RunError(
            f"{path} has format version {content.get('version')}, this digitnet reads "
            f"{' and '.join(map(str, versions))}; update digitnet"
        )
    return content


def _require_intact(content: bytes) -> None:
    """PyTorch stores a checksum of every entry, but does not look at it when it loads.

    Raises:
        zipfile.BadZipFile: no archive of PyTorch's present form, or a wrong checksum.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        # PyTorch packs nothing and sets no attributes; both change how it reads an entry.
        odd = [entry for entry in archive.infolist() if entry.compress_type or entry.external_attr]
        if odd or archive.testzip():
            raise zipfile.BadZipFile("an entry is damaged")


def require_keys(content: Mapping[str, Any], expected: set[str], path: Path) -> None:
    """Raises a RunError that names the odd ones, where the entries are not those expected."""
    found = set(content) if isinstance(content, Mapping) else set()
    if found != expected:
        odd = ", ".join(sorted(map(str, found ^ expected)))
        raise RunError(f"{path} lacks or adds entries ({odd}); use another file or train again")


def require_shape(name: str, found: Any, expected: tuple[int, ...], path: Path) -> None:
    """Raises a RunError with both shapes, where `found` is no tensor of the expected one."""
    shape = list(found.shape) if isinstance(found, Tensor) else type(found).__name__
    if shape != list(expected):
        raise RunError(f"{path}: {name} has {shape}, expected {list(expected)}")


def load_tensors(model: nn.Module, tensors: dict[str, Tensor], path: Path) -> None:
    """Put saved tensors into `model`.

    Raises:
        RunError: some are missing, unknown or of another shape.
    """
    own = model.state_dict()
    require_keys(tensors, set(own), path)
    for name, tensor in own.items():
        require_shape(name, tensors[name], tensor.shape, path)
    model.load_state_dict(tensors)

"""The networks that run in the page: the binaries that `digitnet export` writes."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np

from digitnet.errors import WeightsError
from digitnet.files import reason

_FOLDER = Path(__file__).parents[1] / "weights"
SHIPPED = _FOLDER / "digitnet.bin"
DOCUMENTED = _FOLDER / "documented.bin"  # of the documented recipe, to compare with

FORMAT = "digitnet page"
VERSION = 1
_BYTES = 4  # of each number: `digitnet export` writes float32


def load_page_weights(path: Path, belonging_to: str | None = None) -> bytes:
    """The file's content, checked.

    belonging_to: the fingerprint of the weights that it must be made of.

    Raises:
        WeightsError: no such file, not one of ours, or made of other weights.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise WeightsError(
            f"cannot read {path}: {reason(error)}; 'digitnet export' writes it beside the weights"
        ) from error
    about = described(content)
    if about.get("format") != FORMAT or about.get("version") != VERSION:
        raise WeightsError(
            f"{path} is no network for the page of version {VERSION}; "
            "write it with 'digitnet export'"
        )
    if len(content.partition(b"\n")[2]) != _BYTES * _numbers_in(about):
        raise WeightsError(f"{path} is damaged or cut off; write it again with 'digitnet export'")
    if belonging_to is not None and about.get("weights") != belonging_to:
        raise WeightsError(
            f"{path} was made of other weights than the file beside it; "
            "write both with 'digitnet export'"
        )
    return content


def described(content: bytes) -> dict[str, Any]:
    """What the first line of such a file says; nothing for another file."""
    try:
        about = json.loads(content.split(b"\n", 1)[0])
    except ValueError:
        return {}
    return about if isinstance(about, dict) else {}


def _numbers_in(about: dict[str, Any]) -> int:
    """How many numbers the tensors have that the first line names; -1 where it names none."""
    try:
        return sum(math.prod(shape) for _, shape in about["tensors"])
    except (KeyError, TypeError, ValueError):
        return -1


def in_24_bits(content: bytes) -> bytes:
    """The same network, each number without the last of its four bytes, rounded.

    Logits differ by 1e-5 or so.
    """
    numbers = np.frombuffer(_values(content), "<u4").astype(np.uint64)
    rounded = ((numbers + 0x80) >> 8).astype("<u4")
    return _line(content, "float24") + rounded.view(np.uint8).reshape(-1, 4)[:, :3].tobytes()


def in_8_bits(content: bytes) -> bytes:
    """The same network for a comparison: kernels in 8 bits, a scale for each output.

    A kernel is its scales, float32, then its numbers, int8; other tensors are float32.
    """
    values = np.frombuffer(_values(content), "<f4")
    parts, at = [], 0
    for name, shape in described(content)["tensors"]:
        tensor = values[at : at + int(np.prod(shape))].reshape(shape[0], -1)
        at += tensor.size
        if not name.endswith(".kernel"):
            parts.append(tensor.tobytes())
            continue
        scales = np.abs(tensor).max(axis=1, keepdims=True).clip(min=1e-12) / 127
        parts += [scales.astype("<f4").tobytes(), np.rint(tensor / scales).astype("i1").tobytes()]
    return _line(content, "int8") + b"".join(parts)


def _values(content: bytes) -> bytes:
    return content.split(b"\n", 1)[1]


def _line(content: bytes, dtype: str) -> bytes:
    """The first line, padded so that what follows begins at a multiple of four bytes."""
    line = json.dumps(described(content) | {"dtype": dtype}, separators=(",", ":")).encode()
    return line + b" " * (-(len(line) + 1) % 4) + b"\n"

"""Messages between the server and its workers: a header as JSON, then bytes.

Nothing that comes back is more than text and bytes: a worker decodes what strangers sent, and
the server must not run what it answers.
"""

import asyncio
import json
import struct
from typing import Any, BinaryIO

_LENGTHS = struct.Struct(">II")  # of header and content, bytes


def packed(header: dict[str, Any], content: bytes = b"") -> bytes:
    head = json.dumps(header).encode()
    return b"".join([_LENGTHS.pack(len(head), len(content)), head, content])


def read_frame(stream: BinaryIO) -> tuple[dict[str, Any], bytes] | None:
    """Header and content of the next message; None at the end."""
    lengths = stream.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    head, content = _LENGTHS.unpack(lengths)
    return json.loads(stream.read(head)), stream.read(content)


async def receive_frame(stream: asyncio.StreamReader) -> tuple[dict[str, Any], bytes]:
    """The same, while others are served.

    Raises:
        IncompleteReadError: the other side ended.
    """
    head, content = _LENGTHS.unpack(await stream.readexactly(_LENGTHS.size))
    return json.loads(await stream.readexactly(head)), await stream.readexactly(content)

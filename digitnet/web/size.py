"""How large a picture says that it is, without decoding it.

Only the few bytes of a head are looked at, by nothing that a stranger's file could hurt: the
decoders run in the workers.
"""

import struct

_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # JPEG's markers that tell the size


def stated_pixels(content: bytes) -> int | None:
    """Width times height of PNG, JPEG, GIF or BMP; None for what is not seen at once."""
    try:
        if content.startswith(b"\x89PNG\r\n\x1a\n"):
            width, height = struct.unpack_from(">II", content, 16)
        elif content.startswith((b"GIF87a", b"GIF89a")):
            width, height = struct.unpack_from("<HH", content, 6)
        elif content.startswith(b"BM"):
            width, height = struct.unpack_from("<ii", content, 18)
        elif content.startswith(b"\xff\xd8"):
            width, height = _of_jpeg(content)
        else:
            return None
    except (struct.error, IndexError):  # cut short
        return None
    return abs(width * height)


def _of_jpeg(content: bytes) -> tuple[int, int]:
    at = 2
    for _ in range(1000):  # segments; a file of a camera has a dozen
        marker = content[at + 1]
        if content[at] != 0xFF:
            break
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", content, at + 5)
            return width, height
        (length,) = struct.unpack_from(">H", content, at + 2)
        at += 2 + length
    raise IndexError

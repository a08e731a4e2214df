"""digitnet: recognises handwritten digits.

>>> import digitnet
>>> digitnet.read("photo.jpg").text  # doctest: +SKIP
'2026'

`Reader` loads the network once, for many pictures. Training lives in
`digitnet.training` and needs PyTorch; nothing here imports it.
"""

from typing import TYPE_CHECKING, Any

from digitnet.errors import DigitnetError, PictureError

if TYPE_CHECKING:
    from digitnet.reading import (
        Answer,
        Digit,
        Expected,
        Reader,
        Reading,
        TextLine,
        read,
        read_many,
        read_pages,
    )

__version__ = "0.2.0"
__all__ = [
    "Answer",
    "Digit",
    "DigitnetError",
    "Expected",
    "PictureError",
    "Reader",
    "Reading",
    "TextLine",
    "read",
    "read_many",
    "read_pages",
]


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])


def __getattr__(name: str) -> Any:
    # On first use: training alone needs neither OpenCV nor ONNX Runtime.
    if name in __all__:
        from digitnet import reading

        return getattr(reading, name)
    raise AttributeError(f"module 'digitnet' has no attribute '{name}'")

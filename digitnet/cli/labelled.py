"""A folder of labelled pictures -> each one's digit, and which are kept back to measure."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitnet.errors import DataError, PictureError
from digitnet.reading import Reader
from digitnet.reading.crop import cut_out
from digitnet.reading.files.folder import pictures_below
from digitnet.reading.files.source import open_pages
from digitnet.reading.finder import NONE

_KEPT_BACK = 5  # one in so many
_AROUND = 1.5  # longer sides of the digit, that the piece around it is wide and high


@dataclass(frozen=True, eq=False)
class Labelled:
    """One picture of one digit, or of none (label 10).

    ink: uint8 [h, w], the digit cut out, 255 where inked. piece: uint8 [H, W], the picture
    around it; box: float32 [4], where it stands there, middle x, y, width, height.
    """

    path: Path
    label: int
    ink: NDArray[np.uint8]
    piece: NDArray[np.uint8]
    box: NDArray[np.float32]


def read_folder(
    folder: Path, reader: Reader, skipped: Counter[str] | None = None
) -> list[Labelled]:
    """Every picture in the folder, by name, its digit found by `reader`.

    skipped: counts what else lies there, by its ending.

    Raises:
        DataError: no pictures, one without a label or that cannot be read, or a digit of which
            there are fewer than two.
    """
    if not folder.is_dir():
        raise DataError(f"no folder {folder}; it should hold your pictures")
    paths = sorted(map(Path, pictures_below(str(folder), skipped)))
    if not paths:
        raise DataError(f"{folder} holds no pictures; put some of each digit there, as 7_a.png")
    labels = [label_of(path) for path in paths]
    if set(labels) == {NONE}:
        raise DataError(f"{folder} holds no digit; put some of each digit there, as 7_a.png")
    few = [str(d) for d, n in sorted(Counter(labels).items()) if n < 2 and d != NONE]
    if few:
        raise DataError(
            f"{folder} holds only one picture of {', '.join(few)}; at least 2 a digit are "
            "needed, one to learn from and one to measure with"
        )
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(_labelled, paths, labels, repeat(reader)))


def _labelled(path: Path, label: int, reader: Reader) -> Labelled:
    try:
        with open_pages(str(path)) as pages:
            if len(pages) > 1:
                raise PictureError(f"it has {len(pages)} pages, expected one digit")
            seen = reader.inspect_picture(pages.picture(1), one=True)
    except PictureError as error:
        raise DataError(f"{path}: {error}") from error
    if seen.reading.warning and seen.reading.lines and label != NONE:
        raise DataError(f"{path}: {seen.reading.warning}")
    cut = cut_out(seen.grey, seen.boxes[0]) if len(seen.boxes) else None
    if cut is None:
        raise DataError(f"{path}: nothing is written there; take it away or draw it anew")
    coverage, own = cut
    x, y, width, height = seen.boxes[0].tolist()
    reach = _AROUND * max(width, height)
    left, top = max(0, round(x - reach)), max(0, round(y - reach))
    piece = seen.grey[top : round(y + reach) + 1, left : round(x + reach) + 1]
    box = np.array([x - left, y - top, width, height], np.float32)
    return Labelled(path, label, np.rint(255 * coverage * own).astype(np.uint8), piece, box)


def label_of(path: Path) -> int:
    """The digit that the picture's folder or its name tells, 10 for "none".

    Raises:
        DataError: neither tells.
    """
    folder = re.fullmatch(r"\d|none", path.parent.name)
    # In a folder of a digit, other numbers in a name count nothing: 7/1.png is a seven.
    for name in (path.parent.name,) if folder else (path.stem,):
        match = re.match(r"(\d|none)(?![0-9a-zA-Z])", name)
        if match:
            return NONE if match[1] == "none" else int(match[1])
    raise DataError(
        f"{path}: its name does not tell the digit; call it 7_a.png, or put it in a folder 7"
    )


def kept_back(labels: list[int]) -> list[bool]:
    """Which pictures are not learned from: one in five of each label, at least one."""
    back = np.zeros(len(labels), bool)
    for label in set(labels):
        mine = np.flatnonzero(np.array(labels) == label)
        back[mine[_KEPT_BACK - 1 :: _KEPT_BACK] if len(mine) >= _KEPT_BACK else mine[-1:]] = True
    return back.tolist()

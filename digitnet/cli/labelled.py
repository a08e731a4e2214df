"""A folder of labelled pictures -> what the network learns from."""

import re
from collections import Counter
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from digitnet.errors import DataError, PictureError
from digitnet.reading import Reader
from digitnet.reading.picture import SUFFIXES

_KEPT_BACK = 5  # one in so many


def read_folder(folder: Path) -> tuple[Tensor, Tensor]:
    """The pictures as the network sees them, uint8 [N, 1, 28, 28], and their labels, int64 [N].

    Raises:
        DataError: no pictures, one without a label or that cannot be read, or a digit of which
            there are fewer than two.
    """
    if not folder.is_dir():
        raise DataError(f"no folder {folder}; it should hold your pictures")
    paths = [p for p in sorted(folder.rglob("*")) if p.suffix.lower() in SUFFIXES and p.is_file()]
    if not paths:
        raise DataError(f"{folder} holds no pictures; put some of each digit there, as 7_a.png")
    labels = [label_of(path) for path in paths]
    few = [str(d) for d, n in sorted(Counter(labels).items()) if n < 2 and d < 10]
    if few:
        raise DataError(
            f"{folder} holds only one picture of {', '.join(few)}; at least 2 a digit are "
            "needed, one to learn from and one to measure with"
        )
    reader = Reader(threads=1)
    images = []
    for path in paths:
        try:
            found = reader.inspect(str(path), one=True).images
        except PictureError as error:
            raise DataError(f"{path}: {error}") from error
        if len(found) == 0:
            raise DataError(f"{path}: nothing is written there; take it away or draw it anew")
        images.append(found[0])
    return torch.from_numpy(np.stack(images))[:, None], torch.tensor(labels)


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
            return 10 if match[1] == "none" else int(match[1])
    raise DataError(
        f"{path}: its name does not tell the digit; call it 7_a.png, or put it in a folder 7"
    )


def kept_back(labels: Tensor) -> Tensor:
    """Which pictures are not learned from: one in five of each digit, at least one. bool [N]."""
    back = torch.zeros(len(labels), dtype=torch.bool)
    for label in set(labels.tolist()):
        mine = (labels == label).nonzero()[:, 0]
        back[mine[_KEPT_BACK - 1 :: _KEPT_BACK] if len(mine) >= _KEPT_BACK else mine[-1:]] = True
    return back

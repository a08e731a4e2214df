"""Corrections that people send, kept as files only where the server was told to."""

import io
import json
import re
import time
import uuid
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitnet.files import write_atomically
from digitnet.web.problems import RequestError

# A correction is a label and 784 numbers of up to three digits.
MOST_BYTES = 16_000
_MOST_KEPT = 100_000
# The last part is drawn by chance.
_NAME = re.compile(r"(?:\d|none)-\d{8}-\d{6}-[0-9a-f]{16}")


def keep(folder: Path, body: bytes) -> str:
    """Write one correction: the 28x28 as PNG, named by its label, the moment and a number.

    Returns the name, by which whoever sent it can withdraw it.

    body: JSON {"label": "0" to "9" or "none", "image": [[...28 of 0 to 255] x 28]}.

    Raises:
        RequestError: 422, the body is something else.
    """
    label, image = _checked(body)
    if sum(1 for _ in folder.iterdir()) >= _MOST_KEPT:
        raise RequestError(503, "full", "this server keeps no more corrections")
    stamp = time.strftime("%Y%m%d-%H%M%S")
    name = f"{label}-{stamp}-{uuid.uuid4().hex[:16]}"
    picture = io.BytesIO()
    Image.fromarray(image).save(picture, "png")
    write_atomically(folder / f"{name}.png", picture.getvalue())
    return name


def withdraw(folder: Path, name: str) -> None:
    """Delete a correction that was a mistake. Only who sent it knows its name.

    Raises:
        RequestError: 404, there is none of this name.
    """
    path = folder / f"{name}.png"
    if not _NAME.fullmatch(name) or not path.is_file():
        raise RequestError(404, "not_found", "there is no correction of this name")
    path.unlink(missing_ok=True)


def _checked(body: bytes) -> tuple[str, NDArray[np.uint8]]:
    wrong = RequestError(
        422, "bad_correction", 'expected {"label": "0" to "9" or "none", "image": 28 x 28}'
    )
    try:
        content = json.loads(body)
        label, rows = content["label"], content["image"]
        good = len(rows) == 28 and all(len(row) == 28 for row in rows)
        good = good and all(type(v) is int and 0 <= v <= 255 for row in rows for v in row)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise wrong from error
    if label not in [*"0123456789", "none"] or not good:
        raise wrong
    return label, np.array(rows, np.uint8)

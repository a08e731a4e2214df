"""Corrections that people send, kept as files only where the server was told to."""

import json
import time
import uuid
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitnet.web.problems import RequestError


def keep(folder: Path, body: bytes) -> None:
    """Write one correction: the 28x28 as PNG, named by its label, the moment and a number.

    body: JSON {"label": "0" to "9" or "none", "image": [[...28 of 0 to 255] x 28]}.

    Raises:
        RequestError: 422, the body is something else.
    """
    label, image = _checked(body)
    stamp = time.strftime("%Y%m%d-%H%M%S")
    name = f"{label}-{stamp}-{uuid.uuid4().hex[:8]}"
    temporary = folder / f".{name}.part"
    Image.fromarray(image).save(temporary, "png")
    temporary.replace(folder / f"{name}.png")


def _checked(body: bytes) -> tuple[str, NDArray[np.uint8]]:
    wrong = RequestError(
        422, "bad_correction", 'expected {"label": "0" to "9" or "none", "image": 28 x 28}'
    )
    try:
        content = json.loads(body)
        label, image = content["label"], np.array(content["image"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise wrong from error
    if label not in [*"0123456789", "none"] or image.shape != (28, 28) or image.dtype.kind != "i":
        raise wrong
    if image.min() < 0 or image.max() > 255:
        raise wrong
    return label, image.astype(np.uint8)

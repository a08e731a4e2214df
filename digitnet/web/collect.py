"""Corrections that people send, kept as files only where the server was told to."""

import json
import time
import uuid
from pathlib import Path

import numpy as np
from PIL import Image

from digitnet.web.problems import RequestError


def keep(folder: Path, body: bytes) -> None:
    """Write one correction: the 28x28 as PNG, named by its label, the moment and a number.

    body: JSON {"label": "0" to "9" or "none", "image": [[...28 of 0 to 255] x 28]}.

    Raises:
        RequestError: 422, the body is something else.
    """
    try:
        content = json.loads(body)
        label, image = content["label"], np.array(content["image"])
        good = (
            label in [*"0123456789", "none"]
            and image.shape == (28, 28)
            and image.dtype.kind == "i"
            and image.min() >= 0
            and image.max() <= 255
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        good, cause = False, error
    else:
        cause = None
    if not good:
        raise RequestError(
            422, "bad_correction", 'expected {"label": "0" to "9" or "none", "image": 28 x 28}'
        ) from cause
    stamp = time.strftime("%Y%m%d-%H%M%S")
    name = f"{label}-{stamp}-{uuid.uuid4().hex[:8]}"
    temporary = folder / f".{name}.part"
    Image.fromarray(image.astype(np.uint8)).save(temporary, "png")
    temporary.replace(folder / f"{name}.png")

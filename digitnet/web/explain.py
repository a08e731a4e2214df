"""How a picture came to be read as it was: stages and activations, as plain values."""

import base64
import io
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitnet.reading.draw import ink_of
from digitnet.reading.reader import Inspection, Reader

# A patch of this many pixels a side is blanked to see what it changes.
_PATCH = 5
# Stages are shown small; the longer side in pixels.
_SHOWN = 160


def explain(reader: Reader, inspection: Inspection, which: int) -> dict[str, Any]:
    """Stages, activations and occlusion map of one digit of a picture.

    All of it is of the 28x28 network; "networks" tells which answered, and "own" what this one
    says by itself. which: the digit's index, in reading order.

    Raises:
        IndexError: there are not as many.
    """
    box, image = inspection.boxes[which], inspection.images[which]
    scores = reader.network(image[None])
    inside = reader.network.inside(image)
    return {
        "networks": inspection.networks,
        "own": {
            "digit": str(int(scores.probabilities[0].argmax())),
            "probability": round(float(scores.probabilities[0].max()), 4),
            "is_digit": bool(scores.evidence[0] > 0),
        },
        "stages": [
            {"name": "picture", "image": _png(inspection.crop(box))},
            {"name": "ink", "image": _png(ink_of(inspection, box))},
        ],
        "image": image.tolist(),
        "inside": {name: _array(values) for name, values in inside.items()},
        "occlusion": occlusion(reader, image).tolist(),
    }


def occlusion(reader: Reader, image: NDArray[np.uint8]) -> NDArray[np.float32]:
    """float32 [28, 28]: by how much the best digit's probability falls without each patch.

    Zeiler and Fergus 2014, arXiv:1311.2901.
    """
    rows, columns = np.mgrid[:28, :28]
    places = np.stack([rows.ravel(), columns.ravel()], axis=1)  # [784, 2]: middles of patches
    near_row = abs(np.arange(28)[None] - places[:, :1]) <= _PATCH // 2
    near_column = abs(np.arange(28)[None] - places[:, 1:]) <= _PATCH // 2
    blanked = image * ~(near_row[:, :, None] & near_column[:, None, :])
    whole = reader.network(image[None]).probabilities[0]
    best = int(whole.argmax())
    # Most patches cover nothing: those pictures are all the same one.
    changed = (blanked != image).any(axis=(1, 2))
    fall = np.zeros(784, np.float32)
    fall[changed] = whole[best] - reader.network(blanked[changed]).probabilities[:, best]
    return fall.reshape(28, 28).round(4)


def _array(values: NDArray[np.float32]) -> dict[str, Any]:
    """Shape, and the values as base64 of float32, little-endian."""
    content = np.ascontiguousarray(values, "<f4").tobytes()
    return {"shape": list(values.shape), "values": base64.b64encode(content).decode()}


def _png(pixels: NDArray[np.uint8]) -> str:
    """As a data URL."""
    scale = _SHOWN / max(pixels.shape[:2])
    if scale < 1:
        size = [max(1, round(side * scale)) for side in pixels.shape[1::-1]]
        pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "png")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()

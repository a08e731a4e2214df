"""A folder as model hubs expect it: tensors, a configuration, a card."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from digitnet.errors import RunError
from digitnet.files import reason, write_atomically
from digitnet.mnist_format import SIZE
from digitnet.training.formats import to_safetensors
from digitnet.training.model import PIXEL_MEAN, PIXEL_STD, DigitNet

_CARD = """\
---
license: mit
library_name: digitnet
pipeline_tag: image-classification
tags: [mnist, handwriting, digits]
datasets: [mnist]
metrics: [accuracy]
{results}---

# digitnet, recipe {recipe}

A network of {parameters:,} parameters and five 3x3 convolutions that recognises handwritten
digits, trained on MNIST (LeCun, Cortes, Burges; CC BY-SA 3.0). Accuracy on
{tested_on} {percent:.2f} %; one run, not a mean.

```python
from digitnet.training import load_weights, normalise

network = load_weights("model.safetensors")
log_probabilities = network(normalise(images))  # images: float32 [N, 1, {size}, {size}], 0 to 1
```

Images are light digits on black; `normalise` takes {mean} away and divides by {std}, which
`config.json` says to programs. For teaching, and for trying an idea or a
machine: people's own photos are read better by the weights that come with `digitnet read`.
"""


_RESULTS = """\
model-index:
- name: digitnet {recipe}
  results:
  - task: {{type: image-classification}}
    dataset: {{name: MNIST, type: mnist, split: test}}
    metrics:
    - {{type: accuracy, value: {accuracy:.4f}}}
"""


def hub_files(
    model: DigitNet, metadata: dict[str, Any], accuracy: float, *, sample: bool = False
) -> dict[str, bytes]:
    """The folder's files by name.

    metadata: what `digitnet export` says of a file. accuracy: on the test set, or on that of
    the embedded sample, which is not comparable and no result for a hub.
    """
    parameters = sum(parameter.numel() for parameter in model.parameters())
    config = {
        "model_type": "digitnet",
        "architectures": ["DigitNet"],
        "num_parameters": parameters,
        "image_size": SIZE,
        "num_channels": 1,
        "image_mean": [PIXEL_MEAN],
        "image_std": [PIXEL_STD],
        "id2label": dict(enumerate(metadata["classes"])),
        "label2id": {label: index for index, label in enumerate(metadata["classes"])},
        "accuracy": accuracy,
        **{key: metadata[key] for key in ("recipe", "licence", "data")},
    }
    card = _CARD.format(
        recipe=metadata["recipe"], parameters=parameters, percent=100 * accuracy,
        results="" if sample else _RESULTS.format(recipe=metadata["recipe"], accuracy=accuracy),
        tested_on="1,000 images of a sample of MNIST" if sample else "MNIST's test set",
        size=SIZE, mean=PIXEL_MEAN, std=PIXEL_STD,
    )  # fmt: skip
    return {
        "model.safetensors": to_safetensors(model, metadata),
        "config.json": (json.dumps(config, indent=2) + "\n").encode(),
        "README.md": card.encode(),
    }


def write_folder(folder: Path, files: dict[str, bytes]) -> None:
    """Write the files into a folder that is there with all of them, or not at all.

    Into a folder that exists each file is written whole, one after the other.

    Raises:
        RunError: it cannot be written.
    """
    try:
        if folder.exists():
            for name, content in files.items():
                write_atomically(folder / name, content)
            return
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as name:
            whole = Path(name) / "whole"
            whole.mkdir()
            for file, content in files.items():
                write_atomically(whole / file, content)
            os.rename(whole, folder)
    except OSError as error:
        raise RunError(f"cannot write {folder}: {reason(error)}") from error

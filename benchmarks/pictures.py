"""Pictures of reading: a made-up photograph, and what is read in it.

    python benchmarks/pictures.py

Writes docs/page.png and docs/stages.png. MNIST comes from DIGITNET_DATA or the cache.
"""

from pathlib import Path

import numpy as np
from compose import page
from PIL import Image

from digitnet.reading.draw import draw_boxes, draw_stages
from digitnet.reading.reader import Reader
from digitnet.reading.result import Digit
from digitnet.training import load_mnist

DOCS = Path(__file__).parents[1] / "docs"
PAGE, STAGES = 409, 5  # seeds; chosen for what they show, not for what is read in them


def main() -> None:
    dataset = load_mnist("full")
    images, labels = dataset.eval_images[:, 0].numpy(), dataset.eval_labels.numpy()
    reader = Reader()
    DOCS.mkdir(exist_ok=True)

    picture, answer = page(np.random.default_rng(PAGE), images, labels)
    seen = reader.inspect(picture)
    drawn = draw_boxes(seen)
    drawn = drawn.crop(around(seen.reading.digits, drawn.width / picture.shape[1]))
    drawn.thumbnail((900, 900))
    drawn.quantize(128).save(DOCS / "page.png", optimize=True)
    print("written:", " / ".join(answer), "\nread:   ", seen.reading.text.replace("\n", " / "))

    picture, _ = page(np.random.default_rng(STAGES), images[labels != 1], labels[labels != 1])
    sheet: Image.Image = draw_stages(reader.inspect(picture))
    sheet = sheet.crop((0, 0, sheet.width, 526))  # the first four digits
    sheet.quantize(128).save(DOCS / "stages.png", optimize=True)


def around(digits: tuple[Digit, ...], scale: float) -> tuple[int, int, int, int]:
    """The part of a scaled picture that is written on, with a little paper around it."""
    boxes = scale * np.array([digit.box for digit in digits])
    low, high = boxes[:, :2].min(axis=0), (boxes[:, :2] + boxes[:, 2:]).max(axis=0)
    room = boxes[:, 3].max()
    left, top = np.maximum(0, low - room).astype(int)
    right, bottom = (high + room).astype(int)
    return (left, top, right, bottom)


if __name__ == "__main__":
    main()

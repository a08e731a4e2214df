"""How far the confidence of a reading's marks lies from the share that is right, in 15 bins.

    python benchmarks/calibration_error.py

Every mark in a reading counts, also those printed as `?`. Three kinds of pages: tiles of the
generator that the finder is trained by, of the digits kept aside that its curve was fitted on too,
from other seeds; the composed pages of this folder; and photos, drawings, pages and strings of
other people, all together. Of few marks chance alone makes an error: beside each stands what it
would be, in the mean, were every confidence exactly right and every mark apart from the others.
DIGITNET_DATA names MNIST's folder. Writes benchmarks/results/calibration-error.json when all was
read whole.
"""

import argparse
import functools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from cases import rows
from reading import RESULTS, ROOT, environment, read, spread
from row import SEED, Folders
from scores import ece
from versions import Version, pool, reader

ROWS = {
    "composed pages": ("composed pages",),
    "photos and strings": ("photos", "drawings", "pages", "strings, tablet", "strings, cheque"),
}
_TILES = 6000
_TOGETHER = 16  # of them that a process takes at once
_DRAWS = 200  # of right and wrong by chance

Pairs = list[tuple[float, bool]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, metavar="N", help="at most so many of each")
    parser.add_argument("--processes", type=int, default=2, metavar="N")
    parser.add_argument(
        "--shared", type=Path, default=ROOT.parent / "shared", metavar="DIR", help="photos, hands"
    )
    args = parser.parse_args()
    folders = Folders(args.shared / "photos", args.shared / "hands")
    version = Version(ROOT, {})
    found = {}
    with pool(version, args.processes, folders, kept_aside=False) as processes:
        tiles = range(min(args.count or _TILES, _TILES))
        parts = [tiles[at : at + _TOGETHER] for at in range(0, len(tiles), _TOGETHER)]
        found["the generator's tiles"] = summary(
            [pair for part in processes.map(of_tiles, parts) for pair in part]
        )
        for name, names in ROWS.items():
            pairs: Pairs = []
            for row in rows(folders):
                if row.name in names:
                    chosen = spread(row.count, args.count or row.count)
                    pairs += [p for _, o in read(processes, row, chosen) for p in o.sure]
            found[name] = summary(pairs)
    for name, figures in found.items():
        print(name, figures)
    if not args.count:
        record = {
            "command": "python benchmarks/calibration_error.py",
            "environment": environment(),
            "weights_sha256": version.fingerprints(),
            "seed": SEED,
            "tiles": len(tiles),
            "kinds": found,
        }
        (RESULTS / "calibration-error.json").write_text(json.dumps(record, indent=1) + "\n")


def of_tiles(numbers: Sequence[int]) -> Pairs:
    """Confidence and truth of every mark in the readings of the tiles with these numbers."""
    return [pair for number in numbers for pair in of_tile(number)]


def of_tile(number: int) -> Pairs:
    from digitnet.cli.calibration import judged
    from digitnet.training.pages.tile import make_tile

    tile = make_tile(np.random.default_rng([SEED, number]), kept_aside(), frozenset({"turn"}))
    digits = reader().read(tile.grey).digits
    return judged(tile, as_marks(digits)) if digits else []


def as_marks(digits: Sequence[Any]) -> Any:
    """A reading's digits as marks, where they stand on the tile as it was made, turned or not."""
    from digitnet.reading.finder import NONE, Marks

    left, top, width, height = np.array([digit.box for digit in digits], np.float32).T
    classes = np.full((len(digits), NONE + 1), -np.inf, np.float32)
    classes[range(len(digits)), [digit.digit for digit in digits]] = 0
    return Marks(
        scores=np.array([digit.confidence for digit in digits], np.float32),
        boxes=np.stack([left + width / 2, top + height / 2, width, height], axis=1),
        classes=classes,
        turns=np.zeros((len(digits), 4), np.float32),
        levels=np.zeros(len(digits), int),
    )


@functools.cache
def kept_aside() -> Any:
    from digitnet.training.data.mnist import load_mnist
    from digitnet.training.pages.ingredients import Ingredients

    dataset = load_mnist("full")
    images, labels = dataset.train_images[:, 0].numpy(), dataset.train_labels.numpy()
    return Ingredients.of(images, labels, "aside")


def summary(pairs: Pairs) -> dict[str, float | int]:
    confidence = np.array([c for c, _ in pairs])
    draws = np.random.default_rng(SEED).random((_DRAWS, len(pairs))) < confidence
    by_chance = [ece(zip(confidence.tolist(), draw.tolist(), strict=True)) for draw in draws]
    return {
        "marks": len(pairs),
        "error": ece(pairs),
        "by_chance": float(np.mean(by_chance)),
        "confidence": float(confidence.mean()),
        "right": float(np.mean([right for _, right in pairs])),
    }


if __name__ == "__main__":
    main()

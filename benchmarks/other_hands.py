"""Trained networks on handwriting from elsewhere: which recipe reads other people best.

    python benchmarks/other_hands.py RUNS... --photos ../shared/photos

RUNS: run folders, or folders of them, as `seeds.py --keep` leaves. Every picture is prepared
once, as `digitnet read --one` does, and read by each network. Writes
benchmarks/results/other-hands.json: accuracy by recipe and source, mean over seeds.
"""

import argparse
import json
import statistics
from collections import defaultdict
from pathlib import Path

import numpy as np
import torch
from cases import rows
from row import Folders

from digitnet.reading.reader import Reader
from digitnet.training import load_weights
from digitnet.training.evaluation import all_logits
from digitnet.training.weights import read_metadata

ROWS = ("photos", "opencv_digits", "optdigits_windep")
RESULTS = Path(__file__).parent / "results"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", type=Path, nargs="+")
    parser.add_argument("--photos", type=Path, required=True, metavar="DIR")
    args = parser.parse_args()

    prepared = {
        row.name: prepare(row)
        for row in rows(Folders(args.photos, args.photos.parent / "hands"))
        if row.name in ROWS
    }
    right: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for path in sorted({path for runs in args.runs for path in runs.rglob("weights.pt")}):
        model, recipe = load_weights(path), read_metadata(path)["recipe_name"]
        for name, (images, labels) in prepared.items():
            guesses = all_logits(model, images)[:, :10].argmax(1)
            right[recipe][name].append((guesses == labels).float().mean().item())
    record = {
        recipe: {
            name: {
                "n": len(shares),
                "mean": round(statistics.mean(shares), 5),
                "deviation": round(statistics.stdev(shares), 5) if shares[1:] else None,
            }
            for name, shares in sources.items()
        }
        for recipe, sources in right.items()
    }
    for recipe, sources in record.items():
        print(recipe, {name: f"{100 * found['mean']:.2f}" for name, found in sources.items()})
    command = "python benchmarks/other_hands.py RUNS --photos PHOTOS"
    RESULTS.mkdir(exist_ok=True)
    content = {"command": command, "recipes": record}
    (RESULTS / "other-hands.json").write_text(json.dumps(content, indent=1) + "\n")


def prepare(row) -> tuple[torch.Tensor, torch.Tensor]:
    """All pictures of a row as the network sees them, uint8 [N, 1, 28, 28]; and their digits."""
    reader = Reader()
    images, labels = [], []
    for index in range(row.count):
        case = row.make(index)
        found = reader.inspect(case.picture, one=True).images
        images.append(found[0] if len(found) else np.zeros((28, 28), np.uint8))
        labels.append(int(case.answer[0]))
    return torch.from_numpy(np.stack(images)).unsqueeze(1), torch.tensor(labels)


if __name__ == "__main__":
    main()

"""Accuracy on corrupted digits, by recipe, and what it costs on clean ones.

    python benchmarks/robustness.py RUNS...

RUNS: weights files or folders of them, as `peers/run.py --keep` and `seeds.py --keep` leave.
The whole test set in the fifteen corruptions of digitnet.report.corruptions, seed 0. Writes
benchmarks/results/robustness.json and docs/robustness.png.
"""

import argparse
import json
import statistics
from collections import defaultdict
from pathlib import Path

from digitnet.report.figures import corruptions
from digitnet.report.report import corruption_examples
from digitnet.report.robustness import mean_accuracy, robustness
from digitnet.training import evaluate, load_mnist, load_weights
from digitnet.training.weights import read_metadata

ROOT = Path(__file__).parents[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", type=Path, nargs="+")
    args = parser.parse_args()
    dataset = load_mnist("full")
    paths = sorted({path for runs in args.runs for path in runs.rglob("weights.pt")})
    shares: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    shown = {}
    for path in paths:
        model, recipe = load_weights(path), read_metadata(path)["recipe_name"]
        clean = evaluate(model, dataset.eval_images, dataset.eval_labels)
        found = list(robustness(model, dataset))
        shown.setdefault(recipe, found)
        shares[recipe]["clean"].append(clean.accuracy)
        shares[recipe]["mean"].append(mean_accuracy(found))
        for result in found:
            shares[recipe][result.kind].append(result.evaluation.accuracy)
        print(recipe, f"clean {100 * clean.accuracy:.2f} mean {100 * mean_accuracy(found):.2f}")
    record = {
        recipe: {
            kind: {
                "n": len(values),
                "mean": round(statistics.mean(values), 5),
                "deviation": round(statistics.stdev(values), 5) if values[1:] else None,
            }
            for kind, values in kinds.items()
        }
        for recipe, kinds in shares.items()
    }
    content = {"command": "python benchmarks/robustness.py RUNS", "seed": 0, "recipes": record}
    (ROOT / "benchmarks/results/robustness.json").write_text(json.dumps(content, indent=1) + "\n")
    examples = corruption_examples(dataset.eval_images[:, 0].numpy())
    (ROOT / "docs/robustness.png").write_bytes(corruptions(shown, examples))


if __name__ == "__main__":
    main()

"""The embedded sample, epoch by epoch: evaluated with BatchNorm's running statistics and anew.

    python benchmarks/sample_statistics.py --seeds 3

The described recipe with `--data sample`: 8 steps an epoch. "running" are the statistics that
training leaves, as every evaluation took them before; "anew" are those of
`digitnet/training/norm_statistics.py`, whatever the number of steps. Writes
benchmarks/results/sample-statistics.json.
"""

import argparse
import json
import statistics
import sys
from pathlib import Path

import torch

from digitnet.training import Epoch, Recipe, TrainingState, evaluate, load_mnist, train
from digitnet.training.environment import describe
from digitnet.training.norm_statistics import with_fresh_statistics

RESULTS = Path(__file__).parent / "results"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    args = parser.parse_args()
    sample = load_mnist("sample")
    columns: dict[str, list[list[float]]] = {"running": [], "anew": [], "training": []}
    for seed in range(args.seeds):
        recipe = Recipe(seed=seed)
        state = TrainingState.fresh(recipe, sample)
        for name in columns:
            columns[name].append([])
        for result in train(recipe, sample, state, precision=torch.float32):
            if not isinstance(result, Epoch):
                continue
            anew = with_fresh_statistics(state.result, sample.train_images)
            for name, network in (("running", state.result), ("anew", anew)):
                found = evaluate(network, sample.eval_images, sample.eval_labels)
                columns[name][-1].append(found.accuracy)
            columns["training"][-1].append(result.train_accuracy)
            last = {name: runs[-1][-1] for name, runs in columns.items()}
            print(seed, result.epoch, {name: f"{100 * v:.1f} %" for name, v in last.items()})
    record = {
        "command": " ".join(["python", "benchmarks/sample_statistics.py", *sys.argv[1:]]),
        "environment": describe(torch.device("cpu")),
        "n": args.seeds,
        "steps_an_epoch": 8,
        "mean_accuracy": {
            name: {
                str(epoch): round(statistics.mean(run[epoch - 1] for run in runs), 4)
                for epoch in range(1, 21)
            }
            for name, runs in columns.items()
        },
    }
    (RESULTS / "sample-statistics.json").write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()

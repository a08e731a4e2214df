"""Seconds an epoch: the plain script beside digitnet, in one process, in turn.

    python benchmarks/epoch_speed.py --rounds 5

Reads MNIST from DIGITNET_DATA or the cache. Each round trains one epoch of each, so
that a machine that slows down slows all alike; the first round is a warm-up. Writes
the times, their medians and the median of the ratios of each round to
benchmarks/results/epoch-speed.json. Evaluation is left out of every time.
"""

import argparse
import json
import resource
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import torch

from digitnet.benchmark.plain_script import plain_epochs, write_for_torchvision
from digitnet.training import Epoch, Recipe, TrainingState, load_mnist, train
from digitnet.training.environment import describe

RESULTS = Path(__file__).parent / "results"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()

    dataset = load_mnist("full")
    ways: dict[str, Iterator[float]] = {
        "digitnet bf16": digitnet_times(dataset, torch.bfloat16),
        "digitnet fp32": digitnet_times(dataset, torch.float32),
    }
    with tempfile.TemporaryDirectory() as folder:
        write_for_torchvision(dataset, Path(folder))
        ways["plain script"] = (train_s for train_s, _ in plain_epochs(Path(folder)))
        times: dict[str, list[float]] = {name: [] for name in ways}
        for number in range(args.rounds + 1):
            for name, epochs in ways.items():
                train_s = next(epochs)
                if number > 0:
                    times[name].append(round(train_s, 2))
                print(f"round {number}  {name:14}  {train_s:6.2f} s", flush=True)

    record = {
        "command": " ".join(["python", "benchmarks/epoch_speed.py", *sys.argv[1:]]),
        "environment": describe(torch.device("cpu")),
        "rounds": args.rounds,
        "ways": {
            name: {"times_s": t, "median_s": statistics.median(t)} for name, t in times.items()
        },
        "plain_over": {
            name: statistics.median(
                p / t for p, t in zip(times["plain script"], times[name], strict=True)
            )
            for name in times
        },
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "epoch-speed.json").write_text(json.dumps(record, indent=1) + "\n")
    print(json.dumps({"plain_over": record["plain_over"]}))


def digitnet_times(dataset, precision: torch.dtype) -> Iterator[float]:
    recipe = Recipe(epochs=1000)
    state = TrainingState.fresh(recipe, dataset)
    for result in train(recipe, dataset, state, precision=precision):
        if isinstance(result, Epoch):
            yield result.train_s


if __name__ == "__main__":
    main()

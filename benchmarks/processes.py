"""What a second process brings on one machine: seconds an epoch, in turn.

    python benchmarks/processes.py

One process with two threads, one with one thread, and two processes of one thread each
(torchrun, gloo), the documented recipe; the second of two epochs counts. Writes
benchmarks/results/processes.json. MNIST comes from DIGITNET_DATA or the cache.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from digitnet.benchmark.machine import describe_machine

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results"
TORCHRUN = ["-m", "torch.distributed.run", "--nproc-per-node"]
WAYS: dict[str, list[str]] = {
    "1 process, 2 threads": ["train_model.py", "--threads", "2"],
    "1 process, 1 thread": ["train_model.py", "--threads", "1"],
    "2 processes, 1 thread each": [*TORCHRUN, "2", "train_model.py", "--threads", "1"],
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    seconds: dict[str, list[float]] = {way: [] for way in WAYS}
    for _ in range(args.rounds):
        for way, command in WAYS.items():
            seconds[way].append(epoch_s(command))
            print(way, f"{seconds[way][-1]:.1f} s", flush=True)
    record = {
        "command": " ".join(["python", "benchmarks/processes.py", *sys.argv[1:]]),
        "machine": describe_machine(),
        "epoch_s": {
            way: {"n": len(times), "median": statistics.median(times), "each": times}
            for way, times in seconds.items()
        },
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "processes.json").write_text(json.dumps(record, indent=1) + "\n")


def epoch_s(command: list[str]) -> float:
    with tempfile.TemporaryDirectory() as runs:
        flags = ["--epochs", "2", "--quiet", "--no-report", "--runs", runs]
        environment = os.environ | {"OMP_NUM_THREADS": "1"} if "-m" in command else os.environ
        subprocess.run(
            [sys.executable, *command, *flags], cwd=ROOT, check=True, capture_output=True,
            env=environment,
        )  # fmt: skip
        (metrics,) = Path(runs).glob("*/metrics.jsonl")
        return float(json.loads(metrics.read_text().splitlines()[1])["train_s"])


if __name__ == "__main__":
    main()

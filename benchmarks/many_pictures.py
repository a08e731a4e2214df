"""Hundreds of thousands of pictures through the command: pictures a second, and memory.

    python benchmarks/many_pictures.py --count 200000

Files of one 28x28 digit each, 1,000 a folder, read with --one into a table by one and by two
workers. Memory is what the command and its workers hold together, sampled
twice a second. Needs Linux's /proc. Writes benchmarks/results/many-pictures.json.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image

from digitnet.training import load_mnist
from digitnet.training.environment import cpu_name

RESULTS = Path(__file__).parent / "results"
WAYS: dict[str, list[str]] = {
    "1 worker": ["--workers", "1"],
    "2 workers": ["--workers", "2"],
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200_000)
    args = parser.parse_args()
    figures = {}
    with tempfile.TemporaryDirectory() as name:
        make_pictures(Path(name) / "pictures", args.count)
        for way, flags in WAYS.items():
            figures[way] = measured(Path(name), args.count, flags)
            print(way, json.dumps(figures[way]), flush=True)
    record = {
        "command": " ".join(["python", "benchmarks/many_pictures.py", *sys.argv[1:]]),
        "cpu": cpu_name(),
        "cores": os.cpu_count(),
        "pictures": args.count,
        "figures": figures,
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "many-pictures.json").write_text(json.dumps(record, indent=1) + "\n")


def make_pictures(folder: Path, count: int) -> None:
    """MNIST's test images again and again."""
    images = load_mnist("full").eval_images[:, 0].numpy()
    for number in range(count):
        if number % 1000 == 0:
            below = folder / f"{number // 1000:04}"
            below.mkdir(parents=True)
        Image.fromarray(images[number % len(images)]).save(
            below / f"{number:07}.png", compress_level=1
        )


def measured(folder: Path, count: int, flags: list[str]) -> dict[str, float]:
    table = folder / "table.csv"
    command = [sys.executable, "-m", "digitnet", "read", "--one", "--csv", str(table), "--force"]
    started = time.perf_counter()
    process = subprocess.Popen(
        [*command, *flags, str(folder / "pictures")], stdout=subprocess.DEVNULL
    )
    samples = []
    while process.poll() is None:
        samples.append(memory_mb(process.pid))
        time.sleep(0.5)
    seconds = time.perf_counter() - started
    with table.open() as file:
        rows = sum(1 for _ in file) - 1
    if process.returncode or rows != count:
        raise SystemExit(f"{rows} rows of {count}, status {process.returncode}")
    tenth = max(1, len(samples) // 10)
    return {
        "pictures_per_s": round(count / seconds),
        "seconds": round(seconds, 1),
        "memory_mb_at_a_tenth": round(statistics.median(samples[tenth : 2 * tenth])),
        "memory_mb_at_the_end": round(statistics.median(samples[-tenth - 1 : -1])),
        "peak_memory_mb": round(max(samples)),
    }


def memory_mb(parent: int) -> float:
    """What a process and those it started hold; pages they share are counted once."""
    total = 0.0
    for process in [parent, *children(parent)]:
        try:
            lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        except OSError:  # it has ended
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1000
    return total


def children(parent: int) -> list[int]:
    try:
        found = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    except OSError:
        return []
    return [int(child) for child in found]


if __name__ == "__main__":
    main()

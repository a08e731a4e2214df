"""What more data costs: an epoch on 60,000, 240,000 and 960,000 images, on 1 and 2 threads.

    python benchmarks/scale.py

The larger sets are augmented copies, made once into a file that is memory-mapped, so that
the system keeps in memory what it has room for. Each training is a process of its own;
its memory is what it holds besides the mapped file (RssAnon). Linux. Writes
benchmarks/results/scale.json.
"""

import argparse
import dataclasses
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import torch

from digitnet.benchmark.machine import describe_machine
from digitnet.training import Epoch, Recipe, TrainingState, choose_precision, load_mnist, train
from digitnet.training.augment import augment

RESULTS = Path(__file__).parent / "results"
COPIES = (1, 4, 16)
CHUNK = 10_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--file", type=Path, help="used by the processes that this one starts")
    parser.add_argument("--copies", type=int)
    parser.add_argument("--threads", type=int)
    args = parser.parse_args()
    if args.file:
        print(json.dumps(epoch(args.file, args.copies, args.threads)))
        return

    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for copies in COPIES:
            path = Path(folder) / f"{copies}.uint8"
            write_copies(path, copies)
            # One thread is measured on the smaller two: the third tells nothing new.
            for threads in (2, 1) if copies < max(COPIES) else (2,):
                command = [sys.executable, __file__, "--file", str(path), "--copies", str(copies)]
                command += ["--threads", str(threads)]
                ended = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
                rows.append(json.loads(ended.stdout))
                print(rows[-1], flush=True)
            path.unlink()
    record = {"command": "python benchmarks/scale.py", "machine": describe_machine(), "rows": rows}
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "scale.json").write_text(json.dumps(record, indent=1) + "\n")


def write_copies(path: Path, copies: int) -> None:
    """The training images, then copies of them that are augmented, as bytes."""
    images = load_mnist("full").train_images
    torch.manual_seed(0)
    with path.open("wb") as file:
        file.write(images.numpy().tobytes())
        for _ in range(copies - 1):
            for chunk in images.split(CHUNK):
                changed = augment(chunk.float() / 255, distortion=0.3)
                file.write((changed * 255).round().to(torch.uint8).numpy().tobytes())


def epoch(path: Path, copies: int, threads: int) -> dict[str, float]:
    torch.set_num_threads(threads)
    dataset = load_mnist("full")
    count = copies * len(dataset.train_images)
    images = torch.from_file(str(path), size=count * 784, dtype=torch.uint8)
    dataset = dataclasses.replace(
        dataset,
        train_images=images.view(count, 1, 28, 28),
        train_labels=dataset.train_labels.repeat(copies),
    )
    recipe = Recipe(epochs=1)
    state = TrainingState.fresh(recipe, dataset)
    precision = choose_precision("auto", torch.device("cpu"))
    most_kb = 0
    for result in train(recipe, dataset, state, precision=precision):
        if isinstance(result, Epoch):
            train_s = result.train_s
        elif result.step % 20 == 0:
            most_kb = max(most_kb, anonymous_kb())
    return {
        "images": count,
        "threads": threads,
        "epoch_s": round(train_s, 1),
        "images_per_s": round(count / train_s),
        "memory_mb": round(most_kb / 1000),
    }


def anonymous_kb() -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1])
    raise SystemExit("this needs Linux's /proc")


if __name__ == "__main__":
    main()

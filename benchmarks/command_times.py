"""What a person waits for: whole commands from Enter to the prompt, two checkouts in turn.

    python benchmarks/command_times.py --beside ../digitnet-before

Each command is started anew in each checkout, one after the other, so that a slow hour slows
both. Wall and processor time of the whole process, imports included, medians. `evaluate`,
`compare` and `report` are of runs of the recipe fast, trained here. Writes
benchmarks/results/command-times.json; with --only the other lines of it stay. MNIST comes from
DIGITNET_DATA or the cache.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from versions import revision

from digitnet.benchmark.machine import describe_machine
from digitnet.training.data.mnist import load_mnist

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results"
TAUGHT = 50  # pictures to teach with
TEACH = f"teach, {TAUGHT} pictures"
OF_RUNS = {"evaluate", "compare", "report"}
NAMES = (
    *("read, cold", "evaluate", "compare", "report", TEACH, "train --recipe fast"),
    "benchmark --quick",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--beside", type=Path, metavar="DIR", help="another checkout")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only", nargs="*", choices=NAMES, help="these; the others are left out")
    args = parser.parse_args()
    checkouts = {"this": ROOT, **({"other": args.beside.resolve()} if args.beside else {})}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        figures = {
            command: measured(command, words, checkouts, args.repeats)
            for command, words in commands(folder, args.only or NAMES).items()
        }
    path = RESULTS / "command-times.json"
    record = json.loads(path.read_text()) if args.only and path.exists() else {"commands": {}}
    machine = describe_machine()
    if record.get("machine", machine) != machine:
        raise SystemExit(f"{path} is of another machine or other versions; leave out --only")
    record |= {
        "command": "python benchmarks/command_times.py --beside ../digitnet-before",
        "machine": machine,
    }
    record["commands"] |= figures
    if args.beside:
        record["other"] = revision(args.beside)
    RESULTS.mkdir(exist_ok=True)
    path.write_text(json.dumps(record, indent=1) + "\n")


def commands(folder: Path, names: Sequence[str]) -> dict[str, list[str]]:
    """The commands by the names that the record has, and what they need, made in a folder."""
    runs = [str(run) for run in two_runs(folder / "runs")] if OF_RUNS & set(names) else ["", ""]
    hand, line = pictures(folder)
    every = {
        "read, cold": ["read", str(line)],
        "evaluate": ["evaluate", runs[0]],
        "compare": ["compare", *runs],
        "report": ["report", runs[0], "--out", f"{folder}/report.html", "--force"],
        TEACH: ["teach", str(hand), "--out", f"{folder}/mine.npz", "--force"],
        "train --recipe fast": ["train", "--recipe", "fast", "--runs", f"{folder}/more"],
        "benchmark --quick": ["benchmark", "--quick"],
    }
    return {name: every[name] for name in names}


def two_runs(folder: Path) -> list[Path]:
    """Trainings to evaluate, to compare and to report on."""
    for _ in range(2):
        digitnet(ROOT, ["train", "--recipe", "fast", "--no-report", "--runs", str(folder)])
    return sorted(folder.iterdir())


def pictures(folder: Path) -> tuple[Path, Path]:
    """A folder of digits to teach, and a picture of a line of them."""
    dataset = load_mnist()
    digits = [image[0].numpy() for image in dataset.eval_images[:TAUGHT]]
    hand = folder / "hand"
    for number, (image, label) in enumerate(zip(digits, dataset.eval_labels, strict=False)):
        (hand / str(int(label))).mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(hand / str(int(label)) / f"{number}.png"), 255 - image)
    page = np.full((160, 480), 235, np.uint8)
    for place, image in enumerate(digits[:8]):
        page[66:94, 40 + 52 * place : 68 + 52 * place] -= np.minimum(image, 200)
    cv2.imwrite(str(folder / "line.png"), page)
    return hand, folder / "line.png"


def measured(
    command: str, words: list[str], checkouts: dict[str, Path], repeats: int
) -> dict[str, dict[str, float]]:
    """Of each checkout: how often it was started, and seconds."""
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in checkouts}
    for _ in range(repeats):
        for name, checkout in checkouts.items():
            times[name].append(digitnet(checkout, words))
    found = {}
    for name, pairs in times.items():
        wall_s, cpu_s = zip(*pairs, strict=True)
        found[name] = {
            "n": len(pairs),
            "wall_s": statistics.median(wall_s),
            "least_s": min(wall_s),
            "most_s": max(wall_s),
            "cpu_s": statistics.median(cpu_s),
        }
    print(command, {name: round(of["wall_s"], 2) for name, of in found.items()}, flush=True)
    return found


def digitnet(checkout: Path, words: list[str]) -> tuple[float, float]:
    """Seconds that a command of a checkout takes, and of them those of processors."""
    started, before = time.perf_counter(), cpu_s()
    subprocess.run(
        [sys.executable, "-m", "digitnet", *words],
        cwd=checkout,
        env=os.environ | {"PYTHONPATH": str(checkout)},
        check=True,
        capture_output=True,
    )
    return time.perf_counter() - started, cpu_s() - before


def cpu_s() -> float:
    """Of all processes that this one started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()

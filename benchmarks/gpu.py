"""What is checked and timed on a GPU: training, resuming, synchronisation, speed.

    python benchmarks/gpu.py --data DIR --seeds 10

Checks, in processes of their own, that the command trains the recipes there, that a training
resumed after its first epoch ends with the same weights to the bit, that `evaluate` and
`export` take what it wrote. Then, in this process: how often a step waits for the device, what
an epoch takes, and `fast` over seeds. Writes benchmarks/results/gpu.json after each part.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from digitnet.training import (
    RECIPES,
    Epoch,
    Recipe,
    TrainingState,
    load_mnist,
    load_weights,
    train,
)
from digitnet.training.data.dataset import Dataset
from digitnet.training.device import (
    choose_device,
    choose_precision,
    make_deterministic,
    precision_name,
)
from digitnet.training.environment import describe

RESULT = Path(__file__).parent / "results" / "gpu.json"
TRAINED = ("seed", "fast", "best")  # two epochs of each


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default="full", help="a folder with MNIST, or sample")
    parser.add_argument("--device", help="default: the best")
    parser.add_argument("--seeds", type=int, default=10, help="trainings of `fast`")
    parser.add_argument("--out", type=Path, default=RESULT)
    args = parser.parse_args()
    device = choose_device(args.device)
    make_deterministic(device)
    precision = choose_precision("auto", device)
    dataset = load_mnist(args.data).to(device)
    record: dict[str, Any] = {
        "command": f"python benchmarks/gpu.py --data DIR --seeds {args.seeds}",
        "environment": describe(device),
        "precision": precision_name(precision),
    }

    def keep(name: str, value: Any) -> None:
        record[name] = value
        args.out.write_text(json.dumps(record, indent=1) + "\n")
        print(name, json.dumps(value), flush=True)

    keep("waits", waits(dataset, precision))
    keep("epoch_s", {n: epoch_s(dataset, d) for n, d in dtypes(precision).items()})
    keep("fast", fast(dataset, precision, args.seeds))
    keep("commands", commands(args.data, str(device)))


def dtypes(precision: torch.dtype) -> dict[str, torch.dtype]:
    return {precision_name(dtype): dtype for dtype in dict.fromkeys((precision, torch.float32))}


def waits(dataset: Dataset, precision: torch.dtype) -> dict[str, Any]:
    """How often steps 50 to 100 of the described recipe wait for the device, and where."""
    if dataset.train_images.device.type != "cuda":
        return {"steps": 0, "waits": 0, "where": []}
    recipe = Recipe(epochs=2)
    state = TrainingState.fresh(recipe, dataset)
    steps = train(recipe, dataset, state, precision=precision)
    for _ in range(50):
        next(steps)
    torch.cuda.set_sync_debug_mode("warn")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for _ in range(50):
            next(steps)
    torch.cuda.set_sync_debug_mode("default")
    found = [warning for warning in caught if "synchroniz" in str(warning.message)]
    where = sorted({f"{Path(w.filename).name}:{w.lineno}" for w in found})
    return {"steps": 50, "waits": len(found), "where": where}


def epoch_s(dataset: Dataset, precision: torch.dtype) -> dict[str, float]:
    """Seconds an epoch of the described recipe: the median of five after a first one."""
    recipe = Recipe(epochs=6)
    state = TrainingState.fresh(recipe, dataset)
    results = train(recipe, dataset, state, precision=precision)
    times = [result.train_s for result in results if isinstance(result, Epoch)]
    median = statistics.median(times[1:])
    return {
        "first": round(times[0], 3),
        "median": round(median, 4),
        "images_a_second": round(len(dataset.train_images) / median),
    }


def fast(dataset: Dataset, precision: torch.dtype, seeds: int) -> dict[str, Any]:
    """Accuracy and seconds of steps of the recipe `fast`, one seed after the other."""
    accuracies, seconds = [], []
    for seed in range(seeds):
        recipe = replace(RECIPES["fast"], seed=seed)
        state = TrainingState.fresh(recipe, dataset)
        for _ in train(recipe, dataset, state, precision=precision):
            pass
        accuracies.append(round(100 * state.history[-1].accuracy, 2))
        seconds.append(round(sum(epoch.train_s for epoch in state.history), 3))
    return {
        "n": seeds,
        "accuracy": accuracies,
        "mean": round(statistics.mean(accuracies), 3),
        "deviation": round(statistics.stdev(accuracies), 3) if seeds > 1 else None,
        "train_s": seconds,
        "median_s": statistics.median(seconds),
    }


def commands(data: str, device: str) -> dict[str, Any]:
    """The command on the device: two epochs of each recipe, one resumed, evaluated, exported."""
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)

        def call(*words: str) -> float:
            started = time.perf_counter()
            subprocess.run([sys.executable, "-m", "digitnet", *words], check=True)
            return round(time.perf_counter() - started, 1)

        def trained(name: str, *more: str) -> float:
            flags = ["--data", data, "--device", device, "--quiet", "--no-report"]
            return call("train", *flags, "--runs", str(folder / name), *more)

        for recipe in TRAINED:
            found[recipe] = trained(recipe, "--recipe", recipe, "--epochs", "2")
        trained("part", "--epochs", "1")
        part = only(folder / "part")
        call("train", "--resume", str(part), "--epochs", "2", "--quiet", "--no-report",
             "--data", data, "--device", device)  # fmt: skip
        whole = only(folder / "seed")
        states = [load_weights(run / "weights.pt").state_dict() for run in (whole, part)]
        found["resumed_equal_to_the_bit"] = all(
            torch.equal(states[0][key], states[1][key]) for key in states[0]
        )
        found["evaluate"] = call("evaluate", str(whole), "--data", data, "--device", device)
        found["export"] = call("export", str(whole), "--data", data,
                               "--out", str(folder / "digitnet.onnx"))  # fmt: skip
    return found


def only(folder: Path) -> Path:
    """The one run in a folder."""
    (run,) = (path for path in folder.iterdir() if path.is_dir())
    return run


if __name__ == "__main__":
    main()

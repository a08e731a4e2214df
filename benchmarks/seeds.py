"""Accuracy of a recipe over seeds: runs the real command and records every figure.

    python benchmarks/seeds.py --recipe seed --seeds 5 --precision bf16 fp32

Writes benchmarks/results/seeds-<recipe>.json. Nothing is chosen among the runs.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RESULTS = Path(__file__).parent / "results"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recipe", default="seed")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--precision", nargs="+", default=["auto"])
    parser.add_argument(
        "--keep", type=Path, metavar="DIR", help="keep run folders in DIR; those there are taken"
    )
    args, train_flags = parser.parse_known_args()

    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"seeds-{args.recipe}.json"
    record = json.loads(path.read_text()) if path.exists() else {"precisions": {}}
    shown = [argument for argument in sys.argv[1:] if argument not in ("--keep", str(args.keep))]
    record["command"] = " ".join(["python", "benchmarks/seeds.py", *shown])  # no paths
    # In turn, so that a machine that slows down slows all precisions alike. Written after
    # each, and gone on with when called again: a run takes minutes.
    for seed in range(args.seeds):
        for precision in args.precision:
            runs = record["precisions"].get(precision, {}).get("runs", [])
            if any(run["seed"] == seed for run in runs):
                continue
            figures = train(args.recipe, seed, precision, train_flags, args.keep)
            record |= {key: figures[key] for key in ("environment", "recipe")}
            record["precisions"][precision] = summary([*runs, figures["summary"]])
            path.write_text(json.dumps(record, indent=1) + "\n")
            print(precision, json.dumps(figures["summary"]), flush=True)


def train(
    recipe: str, seed: int, precision: str, train_flags: list[str], keep: Path | None
) -> dict:
    with tempfile.TemporaryDirectory() as temporary:
        folder = keep / f"{recipe}-{seed}-{precision}" if keep else Path(temporary)
        there = folder.exists() and any(folder.iterdir())
        started = time.perf_counter()
        command = [sys.executable, "-m", "digitnet", "train", "--quiet", "--data", "full"]
        command += ["--recipe", recipe, "--seed", str(seed), "--precision", precision]
        if not there:
            subprocess.run([*command, "--runs", str(folder), *train_flags], check=True)
        wall_s = time.perf_counter() - started
        (run,) = folder.iterdir()
        result = json.loads((run / "result.json").read_text())
        metrics = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
        return {
            "summary": {
                "seed": seed,
                "accuracy": result["accuracy"],
                "loss": result["loss"],
                "train_s": round(result["train_s"], 1),
                "evaluate_s": round(sum(row["evaluate_s"] for row in metrics), 1),
            }
            | ({} if there else {"wall_s": round(wall_s, 1)}),
            "environment": environment(run),
            "recipe": json.loads((run / "recipe.json").read_text()),
        }


def environment(run: Path) -> dict:
    described = json.loads((run / "environment.json").read_text())
    del described["data"]["source"]  # a path of the machine
    return described


def summary(runs: list[dict]) -> dict:
    accuracies = [run["accuracy"] for run in runs]
    return {
        "n": len(runs),
        "mean_accuracy": statistics.mean(accuracies),
        "deviation": statistics.stdev(accuracies) if len(runs) > 1 else None,
        "lowest": min(accuracies),
        "highest": max(accuracies),
        "median_train_s": statistics.median(run["train_s"] for run in runs),
        # Of the whole process; runs of before it was measured have none.
        "median_wall_s": statistics.median([r["wall_s"] for r in runs if "wall_s" in r] or [0]),
        "runs": runs,
    }


if __name__ == "__main__":
    main()

"""Kill trainings, resume them, and compare them with one that was left alone.

    python benchmarks/kill_resume.py --kills 200

Each kill is a SIGKILL to the real command, which trains on the embedded sample: at a
random moment, or just while a file is being written. After it the newest checkpoint must
be whole, and the resumed training must end with the same weights, bit for bit.
Prints a line a kill. Writes benchmarks/results/kill-resume.json.
"""

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import torch

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results"
sys.path.insert(0, str(ROOT))

from digitnet.errors import RunError  # noqa: E402
from digitnet.training.checkpoint import read_checkpoint, restore_state  # noqa: E402
from digitnet.training.data.mnist import load_mnist  # noqa: E402
from digitnet.training.weights import load_weights  # noqa: E402

# Seconds a training, so that starting the processes is not nearly all of the time.
EPOCHS, HOLDOUT = 3, 2000
TRAINING = f"--epochs {EPOCHS} --batch-size 250 --step-size 2 --holdout {HOLDOUT}".split()
KILLS_A_TRAINING = 5
PRECISIONS = ("fp32", "bf16")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="in all, over both precisions")
    parser.add_argument("--seed", type=int, default=0, help="of the moments")
    args = parser.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        counts = kill_and_resume(args.kills, Path(folder), args.seed)
        (environment, *_) = Path(folder).glob("*/*/environment.json")
        record = {
            "command": f"python benchmarks/kill_resume.py --kills {args.kills} --seed {args.seed}",
            "environment": json.loads(environment.read_text()),
            "training": " ".join(["--data sample --threads 1", *TRAINING]),
            "precisions": counts,
        }
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / "kill-resume.json"
    path.write_text(json.dumps(record, indent=1) + "\n")
    print(json.dumps(counts, indent=1))


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def kill_and_resume(
    kills: int, folder: Path, seed: int = 0, say: Callable[[str], object] = say
) -> dict[str, dict[str, Any]]:
    """Counts for each precision, half the kills each; both are trained at the same time.

    say: told a line a kill.
    """
    with ThreadPoolExecutor() as pool:
        jobs = {
            precision: pool.submit(_kill_one_precision, kills // 2, precision, folder, seed, say)
            for precision in PRECISIONS
        }
        return {precision: job.result() for precision, job in jobs.items()}


def _kill_one_precision(
    kills: int, precision: str, folder: Path, seed: int, say: Callable[[str], object]
) -> dict[str, Any]:
    moments = random.Random(f"{seed}/{precision}")
    dataset = load_mnist("sample").with_holdout(HOLDOUT, seed=0)
    process, run = start(folder / f"{precision}-whole", precision)
    started = time.monotonic()
    finish(process)
    duration_s = time.monotonic() - started
    whole = final_tensors(run)

    counts = {"kills": 0, "while_writing": 0, "trainings": 0, "unreadable": 0, "unequal": 0}
    while counts["kills"] < kills:
        runs = folder / f"{precision}-{counts['trainings']}"
        counts["trainings"] += 1
        process, run = start(runs, precision)
        left_s = duration_s
        for _ in range(min(KILLS_A_TRAINING, kills - counts["kills"])):
            # Most of what is left, not all: a process that ends first is time spent for nothing.
            delay_s = moments.uniform(0, 0.8 * left_s)
            if not killed(process, run, delay_s, while_writing=moments.random() < 0.5):
                break
            counts["kills"] += 1
            writing = bool(half_written(run))
            counts["while_writing"] += writing
            for file in half_written(run):
                file.unlink()
            try:
                content = read_checkpoint(run / "checkpoint.pt")
                restore_state(content, dataset, run)
            except RunError as error:
                counts["unreadable"] += 1
                say(f"{precision} kill {counts['kills']}/{kills}: {error}")
                return counts
            say(
                f"{precision} kill {counts['kills']}/{kills}: "
                f"{'while writing' if writing else 'between writes'}, goes on after epoch "
                f"{len(content['history'])} and {content['step']} steps in all"
            )
            left_s = duration_s * (EPOCHS - len(content["history"])) / EPOCHS
            process, _ = start(runs, precision, run)
        finish(process)
        final = final_tensors(run)
        equal = all(torch.equal(final[name], whole[name]) for name in whole)
        counts["unequal"] += not equal
        say(f"{precision} training {counts['trainings']}: {'equal' if equal else 'NOT equal'}")
    return counts


def start(
    runs: Path, precision: str, run: Path | None = None
) -> tuple[subprocess.Popen[str], Path]:
    """Start or resume a training; returns its process and folder once the steps begin."""
    what = ["--resume", str(run)] if run else ["--runs", str(runs), *TRAINING]
    command = [
        sys.executable,
        str(ROOT / "train_model.py"),
        "--data",
        "sample",
        "--threads",
        "1",
        "--no-report",
    ]
    process = subprocess.Popen(
        [*command, "--precision", precision, *what],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    assert any(line.startswith("epoch") for line in process.stdout), "the training did not start"
    (run,) = runs.iterdir()
    return process, run


def killed(process: subprocess.Popen[str], run: Path, delay_s: float, while_writing: bool) -> bool:
    """Kill the process after a delay, or at its first write after it. False if it ended before."""
    try:
        process.communicate(timeout=delay_s)
    except subprocess.TimeoutExpired:
        while while_writing and process.poll() is None and not half_written(run):
            time.sleep(0.0005)
    process.kill()
    process.communicate()
    return process.returncode == -signal.SIGKILL


def finish(process: subprocess.Popen[str]) -> None:
    process.communicate()
    assert process.returncode == 0, f"the training ended with status {process.returncode}"


def half_written(run: Path) -> list[Path]:
    """The temporary files of a write that is under way, or was when the process died."""
    return list(run.glob(".*"))


def final_tensors(run: Path) -> dict[str, torch.Tensor]:
    """The weights and all that the optimizer knows, of a training that is through."""
    optimizer = read_checkpoint(run / "checkpoint.pt")["optimizer"]["state"]
    moments = {
        f"{index} {name}": moment
        for index, values in optimizer.items()
        for name, moment in values.items()
    }
    return moments | load_weights(run / "weights.pt").state_dict()


if __name__ == "__main__":
    main()

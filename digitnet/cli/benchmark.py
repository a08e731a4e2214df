"""Measure how fast this machine trains and reads, what is compared in turn.

--quick keeps to two minutes: shorter measurements, without the plain script's
way to 99 %, and without the recipe fast where that would take too long.
"""

import argparse
import json
import math
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digitnet.cli import flags, terminal
from digitnet.cli.counts import counted
from digitnet.cli.outputs import add_force_flag, check_outputs
from digitnet.files import write_atomically

if TYPE_CHECKING:
    from digitnet.benchmark.training import Finish


_QUICK_S = {"steps": 30.0, "calls": 15.0}  # of two minutes; the rest is for the recipe fast
_QUICK_END_S = 115.0
_OVERHEAD = 1.5  # of a training: evaluation, and smaller batches than the steps measured


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--quick", action="store_true", help="end in under two minutes")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write a record to FILE")
    add_force_flag(parser)
    flags.add_threads_flag(parser)
    flags.add_data_flags(parser)


def run(args: argparse.Namespace) -> int:
    import torch

    from digitnet.benchmark import machine
    from digitnet.benchmark.plain_script import write_for_torchvision
    from digitnet.training.data.mnist import load_mnist
    from digitnet.training.memory import keep_freed_memory

    started = time.perf_counter()
    check_outputs([args.json], force=args.force)
    flags.set_threads(args)
    keep_freed_memory(torch.device("cpu"))
    dataset = load_mnist(args.data, allow_other_data=args.allow_other_data, warn=terminal.warn)
    record: dict[str, Any] = {"quick": args.quick, "machine": machine.describe_machine()}
    described = record["machine"]
    print(f"{described['cpu']}, {counted(described['threads'], 'thread')}")
    print(f"torch {described['versions']['torch']}; {', '.join(described['instruction_sets'])}")
    if dataset.notice:
        terminal.warn(dataset.notice)

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_for_torchvision(dataset, folder)
        record["training"] = steps(dataset, folder, quick=args.quick)
        record["inference"] = calls(quick=args.quick)
        speeds = [way["images_per_s"] for way in record["training"]["steps"].values()]
        left_s = _QUICK_END_S - (time.perf_counter() - started) if args.quick else math.inf
        record["to_99_percent"] = finishes(dataset, folder, max(speeds), left_s)
    memory_mb = machine.peak_memory_mb()
    if memory_mb is not None:
        record["peak_memory_mb"] = round(memory_mb)
        print(f"\nPeak memory of this process: {memory_mb:,.0f} MB")
    if args.json:
        write_atomically(args.json, (json.dumps(record, indent=1) + "\n").encode())
        print(f"Record: {args.json}")
    return 0


def steps(dataset: Any, folder: Path, *, quick: bool) -> dict[str, Any]:
    from digitnet.benchmark import machine, training
    from digitnet.benchmark.timing import ratio

    limits = machine.product_speeds(rounds=5)
    rounds, budget_s = (5, _QUICK_S["steps"]) if quick else (15, math.inf)
    times = training.step_times(dataset, folder, rounds=rounds, steps=4, budget_s=budget_s)
    plain = times[training.PLAIN]
    heads = f"{'ms a step':>10}{'images/s':>10}{'s/epoch':>9}{'faster':>8}{'share':>8}"
    print(f"\n{'Training, batch 512':34}{heads}")
    record = {}
    for name, taken in times.items():
        limit = limits["bf16" if "bf16" in name else "fp32"]
        speed = training.BATCH / taken.median_s
        share = speed * training.OPERATIONS_AN_IMAGE / limit
        faster = ratio(plain, taken)
        epoch_s = len(dataset.train_images) / speed
        record[name] = taken.to_dict() | {
            "images_per_s": speed,
            "epoch_s": epoch_s,
            "faster": faster,
            "share": share,
        }
        columns = f"{1e3 * taken.median_s:10.1f}{speed:10,.0f}{epoch_s:9.1f}{faster:7.1f}x"
        print(f"{name:34}{columns}{share:8.1%}")
    print(
        "share: of this machine's own matrix products, "
        + ", ".join(f"{name} {limit / 1e9:,.0f} GFLOP/s" for name, limit in limits.items())
    )
    return {"steps": record, "matrix_products_per_s": limits}


def calls(*, quick: bool) -> dict[str, Any]:
    from digitnet.benchmark import inference

    rounds, budget_s = (5, _QUICK_S["calls"]) if quick else (20, math.inf)
    times = inference.inference_times(rounds=rounds, budget_s=budget_s)
    heads = "".join(f"{f'batch {batch}':>11}" for batch in times)
    print(f"\n{'Inference, us an image':34}{heads}")
    for name in next(iter(times.values())):
        row = "".join(f"{1e6 * times[batch][name].median_s / batch:11.1f}" for batch in times)
        print(f"{name:34}{row}")
    return {
        str(batch): {name: taken.to_dict() for name, taken in engines.items()}
        for batch, engines in times.items()
    }


def finishes(dataset: Any, folder: Path, speed: float, left_s: float) -> dict[str, Any]:
    """Trainings to 99 %. speed: images a second of a step; left_s: what they may take, or inf."""
    from digitnet.benchmark import training
    from digitnet.benchmark.plain_script import own_process

    print(f"\n{'Training to 99 %':34}{'seconds':>10}{'epochs':>8}{'accuracy':>10}")
    expected_s = _OVERHEAD * training.fast_images(dataset) / speed
    if expected_s > left_s:
        print(f"recipe fast: left out, it takes about {expected_s:.0f} s here and --quick keeps")
        print("to two minutes; without --quick it is trained.")
        return {}
    found = {"recipe fast": training.fast_finish(dataset)}
    print(finish_line("recipe fast", found["recipe fast"]))
    if left_s == math.inf:
        name = "plain script, first epoch at 99 %"
        with own_process() as process:
            found[name] = process.submit(training.plain_finish, folder).result()
        print(finish_line(name, found[name]))
    return {name: finish.to_dict() for name, finish in found.items()}


def finish_line(name: str, finish: "Finish") -> str:
    reached = terminal.percent(finish.accuracy)
    return f"{name:34}{finish.train_s:10.1f}{finish.epochs:8}{reached:>10}"

"""Measure how fast this machine trains and reads, what is compared in turn.

--quick leaves out the plain script's way to 99 %, which takes minutes, and ends in two.
"""

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

from digitnet.benchmark import cold_start, inference, machine, training
from digitnet.benchmark.plain_script import write_for_torchvision
from digitnet.benchmark.timing import ratio
from digitnet.cli import flags, terminal
from digitnet.cli.counts import counted, positive
from digitnet.errors import OutputError
from digitnet.files import write_atomically
from digitnet.training.mnist import load_mnist


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--quick", action="store_true", help="end in under two minutes")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write a record to FILE")
    parser.add_argument("--force", action="store_true", help="write over a file that exists")
    parser.add_argument(
        "--threads", type=positive, metavar="N", help="CPU threads (default: one a core)"
    )
    flags.add_data_flags(parser)


def run(args: argparse.Namespace) -> int:
    if args.json and args.json.exists() and not args.force:
        raise OutputError(f"{args.json} exists; name another file, or --force to write over it")
    if args.json and not args.json.parent.is_dir():
        raise OutputError(f"no folder {args.json.parent} for --json; create it first")
    flags.set_threads(args)
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
        record["training"] = steps(dataset, folder, rounds=5 if args.quick else 15)
        record["inference"] = calls(rounds=5 if args.quick else 20)
        record["cold_start"] = start(rounds=5 if args.quick else 15)
        record["to_99_percent"] = finishes(dataset, folder, quick=args.quick)
    record["peak_memory_mb"] = round(machine.peak_memory_mb())
    print(f"\nPeak memory of this process: {record['peak_memory_mb']:,} MB")
    if args.json:
        write_atomically(args.json, (json.dumps(record, indent=1) + "\n").encode())
        print(f"Record: {args.json}")
    return 0


def steps(dataset: Any, folder: Path, rounds: int) -> dict[str, Any]:
    limits = machine.product_speeds(rounds=5)
    times = training.step_times(dataset, folder, rounds=rounds, steps=4)
    plain = times[training.PLAIN]
    print(f"\n{'Training, batch 512':34}{'ms a step':>10}{'images/s':>10}{'faster':>8}{'share':>8}")
    record = {}
    for name, time in times.items():
        limit = limits["bf16" if "bf16" in name else "fp32"]
        speed = training.BATCH / time.median_s
        share = speed * training.OPERATIONS_AN_IMAGE / limit
        faster = ratio(plain, time)
        record[name] = time.to_dict() | {"images_per_s": speed, "faster": faster, "share": share}
        print(f"{name:34}{1e3 * time.median_s:10.1f}{speed:10,.0f}{faster:7.1f}x{share:8.1%}")
    print(
        "share: of this machine's own matrix products, "
        + ", ".join(f"{name} {limit / 1e9:,.0f} GFLOP/s" for name, limit in limits.items())
    )
    return {"steps": record, "matrix_products_per_s": limits}


def calls(rounds: int) -> dict[str, Any]:
    times = inference.inference_times(rounds=rounds)
    heads = "".join(f"{f'batch {batch}':>11}" for batch in times)
    print(f"\n{'Inference, us an image':34}{heads}")
    for name in next(iter(times.values())):
        row = "".join(f"{1e6 * times[batch][name].median_s / batch:11.1f}" for batch in times)
        print(f"{name:34}{row}")
    return {
        str(batch): {name: time.to_dict() for name, time in engines.items()}
        for batch, engines in times.items()
    }


def start(rounds: int) -> dict[str, Any]:
    times = cold_start.cold_start_times(rounds=rounds)
    print(f"\n{'Cold start of digitnet read':34}{1e3 * times.median_s:8,.0f} ms")
    return times.to_dict()


def finishes(dataset: Any, folder: Path, *, quick: bool) -> dict[str, Any]:
    print(f"\n{'Training to 99 %':34}{'seconds':>10}{'epochs':>8}{'accuracy':>10}")
    found = {"recipe fast": training.fast_finish(dataset)}
    print(finish_line("recipe fast", found["recipe fast"]))
    if not quick:
        name = "plain script, first epoch at 99 %"
        found[name] = training.plain_finish(folder)
        print(finish_line(name, found[name]))
    return {name: finish.to_dict() for name, finish in found.items()}


def finish_line(name: str, finish: training.Finish) -> str:
    reached = terminal.percent(finish.accuracy)
    return f"{name:34}{finish.train_s:10.1f}{finish.epochs:8}{reached:>10}"

"""How well digitnet reads: photos, pages, strings, digit sets, MNIST, and no digits.

    python benchmarks/reading.py --baseline ../v01

DIGITNET_DATA names MNIST's folder. Only what is accepted counts as printed: a digit that was
refused or lost is a mistake, and so is one made up. Every figure is taken per source and as
the mean over sources, with Wilson's 95 % interval of a row. With --baseline the same pictures
are read by that checkout too, in processes of their own. Writes
benchmarks/results/reading.json when all rows were read whole; a part only where --out says.
"""

import argparse
import json
import math
import os
import platform
import sys
import time
from collections.abc import Iterator
from importlib import metadata
from itertools import chain
from pathlib import Path
from typing import Any

from cases import rows
from goals import print_table, table
from no_digits import font_files
from row import SEED, Folders, Row
from scores import Outcome, summed, wilson_interval
from versions import Version, measure, pool

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results"
_TOGETHER = 8  # cases that a process takes at once

Measured = dict[str, dict[int, Outcome]]


def main() -> None:
    args = parsed()
    started = time.perf_counter()
    folders = Folders(args.shared / "photos", args.shared / "hands")
    every = list(rows(folders, kept_aside=args.kept_aside))
    chosen = [row for row in every if row.name.startswith(tuple(args.only or [""]))]
    versions = {}
    if not args.baseline_only:
        versions["measured"] = Version(args.version, dict(o.split("=", 1) for o in args.reader))
    if args.baseline:
        versions["baseline"] = Version(args.baseline, {})
    pools = {
        name: pool(version, args.processes, folders, kept_aside=args.kept_aside)
        for name, version in versions.items()
    }
    outcomes: dict[str, Measured] = {"measured": {}, "baseline": {}}
    print(f"{'per cent':40}     n printed  95 % of all  guess  lines  exact  wrong     ms")
    try:
        for row in chosen:
            for name, processes in pools.items():
                found = dict(read(processes, row, numbers(row, args)))
                outcomes[name][row.name] = found
                print_row(row.name, summed([*found.values()]), sources=args.sources)
    finally:
        for processes in pools.values():
            processes.shutdown(cancel_futures=True)
    goals = table(outcomes["measured"], outcomes["baseline"])
    print_table(goals)
    whole = not (args.only or args.count or args.quick)
    out = args.out or (RESULTS / default_name(args) if whole and not args.baseline_only else None)
    if out:
        record = {
            "command": " ".join(["python", "benchmarks/reading.py", *map(shown, sys.argv[1:])]),
            "environment": environment(),
            "letter_fonts": [path.stem for path in font_files()],
            "seed": SEED,
            "weights_sha256": {name: v.fingerprints() for name, v in versions.items()},
            "duration_s": round(time.perf_counter() - started),
            "goals": goals,
            "rows": {name: summed([*o.values()]) for name, o in outcomes["measured"].items()},
            "baseline": {name: summed([*o.values()]) for name, o in outcomes["baseline"].items()},
        }
        out.parent.mkdir(exist_ok=True)
        out.write_text(json.dumps(record, indent=1) + "\n")


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--only", action="append", metavar="NAME", help="rows whose name begins so; repeat it"
    )
    parser.add_argument("--count", type=int, metavar="N", help="at most so many cases a row")
    parser.add_argument(
        "--quick", action="store_true", help="a part of each row, by one process: a first picture"
    )
    parser.add_argument("--sources", action="store_true", help="print every source of a row")
    parser.add_argument("--version", type=Path, default=ROOT, metavar="DIR", help="what is read by")
    parser.add_argument("--baseline", type=Path, metavar="DIR", help="a checkout to compare with")
    parser.add_argument("--baseline-only", action="store_true", help="read by that alone")
    parser.add_argument(
        "--reader", action="append", default=[], metavar="NAME=VALUE", help="given to Reader"
    )
    parser.add_argument("--processes", type=int, metavar="N", help="of each version (default: 2)")
    parser.add_argument(
        "--shared", type=Path, default=ROOT.parent / "shared", metavar="DIR", help="photos, hands"
    )
    parser.add_argument(
        "--kept-aside",
        action="store_true",
        help="made-up pictures alone, from training images that no network was trained on: to "
        "choose by; writes reading-kept-aside.json",
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the record there")
    args = parser.parse_args()
    args.processes = args.processes or (1 if args.quick else 2)
    if args.baseline_only and not args.baseline:
        parser.error("--baseline-only needs --baseline")
    return args


def read(processes: Any, row: Row, chosen: list[int]) -> Iterator[tuple[int, Outcome]]:
    parts = [chosen[at : at + _TOGETHER] for at in range(0, len(chosen), _TOGETHER)]
    found = processes.map(measure, [row.name] * len(parts), parts)
    return chain.from_iterable(part.items() for part in found)


def numbers(row: Row, args: argparse.Namespace) -> list[int]:
    most = args.count or (row.quick if args.quick else row.count)
    return spread(row.count, most)


def spread(count: int, most: int) -> list[int]:
    """Numbers below `count`, at most so many, from everywhere, without a beat."""
    step = next(s for s in range(round(0.618 * count), 2 * count + 2) if math.gcd(s, count) == 1)
    return [step * index % count for index in range(min(count, most))]


def print_row(name: str, result: dict[str, Any], *, sources: bool) -> None:
    print_line(name, result["mean"], result)
    if sources and len(result["sources"]) > 1:
        for source, figures in result["sources"].items():
            print_line(f"  {source}", figures["shares"], {"sources": {source: figures}})


def print_line(title: str, shares: dict[str, float], result: dict[str, Any]) -> None:
    every = result["sources"].values()
    total = sum(s["counts"]["total"] for s in every)
    middle = sum(s["median_read_ms"] for s in every) / len(every)
    pooled = summed_interval(result)
    columns = ("guess", "lines_printed", "exact", "wrong")
    rest = "".join(f"{100 * shares[c]:7.2f}" if c in shares else "      -" for c in columns)
    print(
        f"{title:40}{total:6}{100 * shares['printed']:8.2f}"
        f"{100 * pooled[0]:7.1f}-{100 * pooled[1]:5.1f}{rest}{middle:7.1f}",
        flush=True,
    )


def summed_interval(result: dict[str, Any]) -> tuple[float, float]:
    every = result["sources"].values()
    right = sum(s["counts"]["printed"] for s in every)
    return wilson_interval(right, sum(s["counts"]["total"] for s in every))


def default_name(args: argparse.Namespace) -> str:
    return "reading-kept-aside.json" if args.kept_aside else "reading.json"


def shown(argument: str) -> str:
    """Without a folder of this machine."""
    name, equals, value = argument.rpartition("=")
    return name + equals + (Path(value).name if os.sep in value else value)


def environment() -> dict[str, Any]:
    packages = ("numpy", "opencv-python-headless", "onnxruntime", "pillow")
    versions = {package: metadata.version(package) for package in packages}
    return {"python": platform.python_version(), **versions, "cpu": cpu_name()}


def cpu_name() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


if __name__ == "__main__":
    main()

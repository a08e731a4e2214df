"""How well digitnet reads: photos, composed pictures, digit sets, MNIST, and no digits.

    python benchmarks/reading.py --photos ../shared/photos

MNIST's test set comes from DIGITNET_DATA or the cache. Every figure is taken per source
and as the mean over sources, in two ways: "guess" takes the best guess of each digit that
was found; "text" is what a user is shown, where a refused digit is an error. In pictures
without digits, right is where nothing was accepted. Digits are counted by edit distance,
lines where they are exactly right, both without spaces. Two processes share the work, so
times are those of a busy machine. Writes benchmarks/results/reading.json.
"""

import argparse
import hashlib
import json
import multiprocessing
import os
import platform
import statistics
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import cv2
from cases import SEED, rows
from no_digits import font_files

from digitnet.reading.network import SHIPPED_WEIGHTS
from digitnet.reading.reader import Reader
from digitnet.training import wilson_interval
from digitnet.training.environment import cpu_name

ROOT = Path(__file__).parents[1]

# What was aimed for, in per cent: row, measure, at least (or at most), aim.
WANTED = (
    ("photos", "guess", 100, 100),
    ("photos, rotated", "guess", 97, 99),
    ("photos, a third", "guess", 97, 99),
    ("photos, JPEG 40", "guess", 97, 99),
    ("photos", "wrong", 1, 0.3),
    ("pages", "guess", 97, 99.5),
    ("pages", "lines_guess", 80, 95),
    ("pages", "wrong", 1, 0.3),
    ("composed pages", "guess", 97, 99),
    ("composed pages", "lines_guess", 80, 92),
    ("opencv_digits", "guess", 99.5, 99.8),
    ("optdigits_windep", "guess", 97.5, 98.5),
    ("MNIST", "guess", 99.3, 99.5),
    ("MNIST", "accepted", 99, 99),
    ("MNIST", "ece", 0.5, 0.2),
    ("MNIST, disturbed", "points_lost", 0.5, 0.2),
    ("letters A to J", "wrong", 10, 2),
    ("other letters", "wrong", 10, 2),
    ("no digits", "wrong", 10, 2),
    ("no digits, as pages", "wrong", 10, 2),
)


@dataclass(frozen=True)
class Outcome:
    """What was read of one case.

    counts: of digits: total, guess, text, accepted, wrong (accepted digits that are wrong);
        and lines, lines_guess, lines_text. A picture without digits counts as one.
    sure: of each digit found, its confidence and whether it is right.
    """

    source: str
    counts: Counter[str]
    sure: list[tuple[float, bool]]
    read_ms: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", metavar="NAME", help="rows whose name begins so")
    parser.add_argument("--count", type=int, metavar="N", help="at most so many cases a row")
    parser.add_argument("--weights", type=Path, default=SHIPPED_WEIGHTS, metavar="FILE")
    parser.add_argument("--photos", type=Path, default=ROOT.parent / "shared/photos", metavar="DIR")
    parser.add_argument(
        "--kept-aside",
        action="store_true",
        help="take training images that no network was trained on in place of MNIST's test "
        "images; to choose by; writes reading-kept-aside.json",
    )
    args = parser.parse_args()

    started = time.perf_counter()
    every = rows(args.photos, kept_aside=args.kept_aside)
    chosen = [row for row in every if row.name.startswith(args.only)]
    results: dict[str, dict[str, Any]] = {}
    print(f"{'per cent':31}     n  guess        95 %   text accepted     ms")
    spawn = multiprocessing.get_context("spawn")  # a fork of PyTorch's threads can hang
    initial = (args.weights, args.photos, args.kept_aside)
    with ProcessPoolExecutor(2, spawn, initializer=start, initargs=initial) as pool:
        for row in chosen:
            numbers = spread(row.count, args.count)
            outcomes = pool.map(measure, [row.name] * len(numbers), numbers, chunksize=8)
            results[row.name] = summed(list(outcomes))
            print_row(row.name, results[row.name])
    if {"MNIST", "MNIST, disturbed"} <= results.keys():
        lost = results["MNIST"]["mean"]["guess"] - results["MNIST, disturbed"]["mean"]["guess"]
        results["MNIST, disturbed"]["mean"]["points_lost"] = lost
    print(f"\n{'mean over sources, per cent':45}{'measured':>9}{'wanted':>9}{'aim':>7}")
    for name, what, wanted, aim in WANTED:
        if name in results and what in results[name]["mean"]:
            value = results[name]["mean"][what]
            print(f"{name + ': ' + what:45}{100 * value:9.2f}{wanted:9}{aim:7}")
    record = {
        "command": " ".join(["python", "benchmarks/reading.py", *map(without_path, sys.argv[1:])]),
        "weights_sha256": hashlib.sha256(args.weights.read_bytes()).hexdigest(),
        "environment": environment(),
        "letter_fonts": [path.stem for path in font_files()],
        "seed": SEED,
        "duration_s": round(time.perf_counter() - started),
        "rows": results,
    }
    folder = Path(__file__).parent / "results"
    folder.mkdir(exist_ok=True)
    name = "reading-kept-aside.json" if args.kept_aside else "reading.json"
    (folder / name).write_text(json.dumps(record, indent=1) + "\n")


_process: dict[str, Any] = {}


def start(weights: Path, photos: Path, kept_aside: bool) -> None:
    """Of each process: one reader, and the rows to measure it on."""
    cv2.setNumThreads(1)
    _process["reader"] = Reader(weights, threads=1)
    _process["rows"] = {row.name: row for row in rows(photos, kept_aside=kept_aside)}


def measure(name: str, number: int) -> Outcome:
    """Read one case of a row."""
    case = _process["rows"][name].make(number)
    started = time.perf_counter()
    reading = _process["reader"].read(case.picture, one=case.one)
    read_ms = 1000 * (time.perf_counter() - started)
    digits = [digit for line in reading.lines for digit in line.digits]
    accepted = sum(digit.accepted for digit in digits)
    if not case.answer:
        seen = int(accepted > 0)
        counts = Counter(total=1, guess=1 - seen, text=1 - seen, accepted=seen, wrong=seen)
        return Outcome(case.source, counts, [], read_ms)
    guesses = ["".join(str(digit.digit) for digit in line.digits) for line in reading.lines]
    texts = [line.text.replace(" ", "") for line in reading.lines]
    answer = "".join(case.answer)
    distance, right = aligned(answer, "".join(guesses))
    text_distance, _ = aligned(answer, "".join(texts))
    judged = list(zip(digits, right, strict=True))
    counts = Counter(
        total=len(answer),
        guess=max(0, len(answer) - distance),
        text=max(0, len(answer) - text_distance),
        lines=len(case.answer),
        lines_guess=sum(aligned(case.answer, guesses)[1]),
        lines_text=sum(aligned(case.answer, texts)[1]),
        accepted=accepted,
        wrong=sum(digit.accepted and not good for digit, good in judged),
    )
    return Outcome(
        case.source, counts, [(digit.confidence, good) for digit, good in judged], read_ms
    )


def aligned(answer: Sequence[str], got: Sequence[str]) -> tuple[int, list[bool]]:
    """The edit distance of two sequences, and which elements of `got` it keeps."""
    cost = [[i + j for j in range(len(got) + 1)] for i in range(len(answer) + 1)]
    for i in range(1, len(answer) + 1):
        for j in range(1, len(got) + 1):
            other = answer[i - 1] != got[j - 1]
            cost[i][j] = min(cost[i - 1][j - 1] + other, cost[i - 1][j] + 1, cost[i][j - 1] + 1)
    right = [False] * len(got)
    i, j = len(answer), len(got)
    while i and j:
        if cost[i][j] == cost[i - 1][j - 1] + (answer[i - 1] != got[j - 1]):
            i, j = i - 1, j - 1
            right[j] = answer[i] == got[j]
        elif cost[i][j] == cost[i - 1][j] + 1:
            i -= 1
        else:
            j -= 1
    return cost[-1][-1], right


def summed(outcomes: list[Outcome]) -> dict[str, Any]:
    """Counts and shares of each source, and the mean of the shares over sources."""
    sources = {}
    for source in dict.fromkeys(outcome.source for outcome in outcomes):
        mine = [outcome for outcome in outcomes if outcome.source == source]
        counts = sum((outcome.counts for outcome in mine), Counter())
        total, lines = counts["total"], counts["lines"]
        shares = {name: counts[name] / total for name in ("guess", "text", "accepted")}
        # Of pictures without digits, those accepted; else, of accepted digits, the wrong ones.
        shares["wrong"] = counts["wrong"] / (max(1, counts["accepted"]) if lines else total)
        if lines:
            shares |= {name: counts[name] / lines for name in ("lines_guess", "lines_text")}
            shares["ece"] = ece([pair for outcome in mine for pair in outcome.sure])
        sources[source] = {
            "pictures": len(mine),
            "counts": counts,
            "shares": shares,
            "guess_interval": wilson_interval(counts["guess"], total),
            "median_read_ms": statistics.median(outcome.read_ms for outcome in mine),
        }
    mean = {
        name: statistics.mean(figures["shares"][name] for figures in sources.values())
        for name in shares
    }
    return {"mean": mean, "sources": sources}


def ece(sure: list[tuple[float, bool]], bins: int = 15) -> float:
    """Expected calibration error: how far confidence is from the share that is right."""
    gaps = [0.0] * bins
    for confidence, good in sure:
        gaps[min(int(confidence * bins), bins - 1)] += confidence - good
    return sum(abs(gap) for gap in gaps) / max(1, len(sure))


def print_row(name: str, result: dict[str, Any]) -> None:
    sources = result["sources"]
    for source, figures in sources.items():
        shares = {key: 100 * share for key, share in figures["shares"].items()}
        low, high = (100 * end for end in figures["guess_interval"])
        title = name if len(sources) == 1 else f"{name}: {source}"
        print(
            f"{title:31}{figures['counts']['total']:6}{shares['guess']:7.2f}{low:6.1f}-{high:5.1f}"
            f"{shares['text']:7.2f}{shares['accepted']:9.2f}{figures['median_read_ms']:7.1f}",
            flush=True,
        )


def spread(count: int, most: int | None) -> list[int]:
    """Numbers below `count`, at most so many, from everywhere."""
    return [617 * index % count for index in range(min(count, most or count))]  # 617 is prime


def without_path(argument: str) -> str:
    return Path(argument).name if os.sep in argument else argument


def environment() -> dict[str, Any]:
    packages = ("numpy", "opencv-python-headless", "onnxruntime", "pillow")
    versions = {package: metadata.version(package) for package in packages}
    return {"python": platform.python_version(), **versions, "cpu": cpu_name()}


if __name__ == "__main__":
    main()

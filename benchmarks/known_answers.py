"""What it brings to know which numbers a picture may hold: `--digits` and `--valid`.

    python benchmarks/known_answers.py

Made-up photographs of one number of four to eight digits (`compose.page` with one line), read
once; then with the number of digits known, with lists of 30 and of 1,000 numbers of that length
with the right one among them, and with such lists without it, where "nothing fits" is right. A
made-up list is of numbers drawn evenly; a list that is counted up (1001, 1002 ...) is
harder and measured too. The probability that is told is compared with how often it is right.
DIGITNET_DATA names MNIST's folder. Writes benchmarks/results/known-answers.json.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from compose import page
from mnist import test_digits
from numpy.random import Generator
from reading import RESULTS, environment, shown
from scores import ece, wilson_interval

from digitnet.reading import Expected, Reader
from digitnet.reading.expected import answers
from digitnet.reading.look import look
from digitnet.reading.merge import merge
from digitnet.reading.possible import possible
from digitnet.reading.result import Reading

SEED = 18
LENGTHS = (4, 5, 6, 7, 8)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--out", type=Path, default=RESULTS / "known-answers.json")
    args = parser.parse_args()
    digits, reader = test_digits(), Reader(threads=1)
    told: dict[str, list[tuple[str, str | None, float]]] = {}
    for index in range(args.count):
        random = np.random.default_rng([SEED, index])
        picture, (answer,) = page(random, *digits, lengths=[int(random.choice(LENGTHS))])
        for name, found, probability in ways(random, reader, picture, answer):
            told.setdefault(name, []).append((answer, found, probability))
        if index % 50 == 49 or index == args.count - 1:
            for name, rows in told.items():
                print(f"{name:40}", json.dumps(figures(name, rows)), flush=True)
    record = {
        "command": " ".join(["python", "benchmarks/known_answers.py", *map(shown, sys.argv[1:])]),
        "environment": environment(),
        "seed": SEED,
        "pictures": args.count,
        "figures": {name: figures(name, rows) for name, rows in told.items()},
    }
    args.out.write_text(json.dumps(record, indent=1) + "\n")


def ways(
    random: Generator, reader: Reader, picture: Any, answer: str
) -> list[tuple[str, str | None, float]]:
    """Each way to read a picture, what it makes of it, and how sure it is."""
    seen = reader.inspect(picture)
    marks = merge(look(reader.finder, seen.grey))
    lines = possible(seen.reading, seen.boxes, marks, reader.finder.metadata)
    found: list[tuple[str, str | None, float]] = [("read", printed(seen.reading), 1.0)]
    wanted = {
        "digits known": Expected(len(answer)),
        "list of 30": Expected(valid=drawn(random, answer, 30, inside=True)),
        "list of 1,000": Expected(valid=drawn(random, answer, 1000, inside=True)),
        "list of 30, counted up": Expected(valid=counted(random, answer, 30)),
        "list of 30 without it": Expected(valid=drawn(random, answer, 30, inside=False)),
        "list of 1,000 without it": Expected(valid=drawn(random, answer, 1000, inside=False)),
    }
    for name, expected in wanted.items():
        best = max(answers(expected, lines), key=lambda a: a.probability, default=None)
        found.append((name, best and best.text, best.probability if best else 0.0))
    return found


def printed(reading: Reading) -> str | None:
    """The longest line: a picture of one number has no other."""
    lines = [line.text.replace(" ", "") for line in reading.lines]
    return max(lines, key=len, default=None)


def drawn(random: Generator, answer: str, count: int, *, inside: bool) -> list[str]:
    length = len(answer)
    numbers = {f"{number:0{length}}" for number in random.integers(10**length, size=count)}
    numbers.discard(answer)
    return [*list(numbers)[: count - inside], *([answer] if inside else [])]


def counted(random: Generator, answer: str, count: int) -> list[str]:
    """Numbers in a row, the answer somewhere among them."""
    length = len(answer)
    first = int(answer) - int(random.integers(count))
    first = min(max(first, 0), 10**length - count)
    return [f"{number:0{length}}" for number in range(first, first + count)]


def figures(name: str, rows: list[tuple[str, str | None, float]]) -> dict[str, Any]:
    """Shares of all pictures, and how far the probability is from them."""
    right = [found == answer for answer, found, _ in rows]
    none = [found is None for _, found, _ in rows]
    if name.endswith("without it"):
        return {"nothing_fits": round(sum(none) / len(rows), 4), "wrong": len(rows) - sum(none)}
    low, high = wilson_interval(sum(right), len(rows))
    result: dict[str, Any] = {
        "right": round(sum(right) / len(rows), 4),
        "interval": [round(low, 4), round(high, 4)],
        "nothing_fits": sum(none),
        "wrong": len(rows) - sum(right) - sum(none),
    }
    if name != "read":
        sure = [(p, good) for (_, _, p), good, no in zip(rows, right, none, strict=True) if not no]
        result["mean_probability"] = round(float(np.mean([p for p, _ in sure])), 4)
        result["right_of_answered"] = round(float(np.mean([good for _, good in sure])), 4)
        result["ece"] = round(ece(sure), 4)
        surely = [good for p, good in sure if p >= 0.9]
        result["at_least_0.9"] = [len(surely), round(float(np.mean(surely)), 4)]
    return result


if __name__ == "__main__":
    main()

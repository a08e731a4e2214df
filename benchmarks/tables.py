"""The tables of figures in README.md, docs/ and benchmarks/README.md, from the records alone.

    python benchmarks/tables.py

Writes what stands between `<!-- NAME: python benchmarks/tables.py -->` and `<!-- end -->`.
"""

import re
from collections.abc import Callable
from typing import Any

from facts import ROOT, grid, hardware, percent, record
from reading_records import READING
from reading_tables import how_measured, known, made, of_door, read, refused, whole_lines
from training_records import TRAINING

SEEDS = {
    "seed": "`python train_model.py`: MNIST test set",
    "fast": "`digitnet train --recipe fast`: MNIST test set",
    "best": "`digitnet train --recipe best`: MNIST test set",
}
PEERS = {"digitnet": "`python train_model.py`: time", "digitnet fast": "`--recipe fast`: time"}


def door() -> str:
    """README: what it reaches."""
    lines = []
    for name, what in SEEDS.items():
        found = record(f"seeds-{name}")
        of_bf16 = found["precisions"]["bf16"]
        figure = f"{percent(of_bf16['mean_accuracy'])} ± {100 * of_bf16['deviation']:.2f}"
        command = found["command"].replace(" fp32", "")  # of which this line says nothing
        lines.append((what, figure, f"{of_bf16['n']} seeds", hardware(found), f"`{command}`"))
    peers = record("peers")
    for name, what in PEERS.items():
        time = f"{peers['peers'][name]['train_s']:.0f} s"
        lines.append((what, time, "1 run", hardware(peers), f"`{peers['command']}`"))
    return grid(("what", "figure", "n", "hardware", "command"), [*lines, *of_door()])


def recipes() -> str:
    """docs/training.md: what each recipe reaches."""
    times, kinds = record("peers")["peers"], record("robustness")["recipes"]
    lines = []
    for name, peer in (("seed", "digitnet"), ("fast", "digitnet fast"), ("best", "digitnet best")):
        of = record(f"seeds-{name}")["precisions"]["bf16"]
        figure = f"{percent(of['mean_accuracy'])} ± {100 * of['deviation']:.2f}, {of['n']} seeds"
        lines.append((name, figure, f"{times[peer]['train_s']:.0f} s", corrupted(kinds[name])))
    clean = f"{percent(kinds['robust']['clean']['mean'])}, one seed"
    lines.append(("robust", clean, "as `best`", corrupted(kinds["robust"])))
    heads = ("`--recipe`", "test accuracy", "time", "corrupted digits")
    return grid(heads, [(f"`{name}`", *rest) for name, *rest in lines])


def peers() -> str:
    """docs/training.md: other ways to the same."""
    lines = [
        (
            name,
            percent(of["accuracy"]),
            f"{of['train_s']:.0f} s",
            f"{of['parameters']:,}",
            f"{of['memory_mb'] / 1000:.1f} GB",
        )
        for name, of in record("peers")["peers"].items()
    ]
    return grid(("one run each", "test accuracy", "training", "parameters", "memory"), lines)


def records() -> str:
    """benchmarks/README.md: every record."""
    heads = ("what", "figure", "spread", "n", "hardware", "command", "record")
    lines = []
    for name, facts in (TRAINING | READING).items():
        found = record(name)
        quick = " --quick" if found.get("quick") else ""
        command = found.get("command", f"digitnet benchmark{quick} --json benchmark.json")
        end = (hardware(found), f"`{repeatable(command)}`", f"`{name}.json`")
        lines += [(*fact, *end) for fact in facts(found)]
    return grid(heads, lines)


def repeatable(command: str) -> str:
    """A record's command as it makes the whole record: without what only added lines to one."""
    command = command.partition(";")[0]
    command = re.sub(r" --only .*", "", command)
    return re.sub(r"--(baseline|beside) (?=\w)", r"--\1 ../", command)  # beside the repository


BLOCKS: dict[str, dict[str, Callable[[], str]]] = {
    "README.md": {"figures": door},
    "docs/training.md": {"recipes": recipes, "peers": peers, "made": made},
    "docs/reading.md": {
        "digits": read,
        "lines": whole_lines,
        "refused": refused,
        "measured": how_measured,
    },
    "docs/files.md": {"known": known},
    "benchmarks/README.md": {"records": records},
}


def filled(path: str, text: str) -> str:
    """A document with its tables made anew."""
    for name, make in BLOCKS[path].items():
        begin, end = f"<!-- {name}: python benchmarks/tables.py -->", "<!-- end -->"
        pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
        assert pattern.search(text), f"{path} has no place for the table '{name}'"
        table = f"{begin}\n{make()}\n{end}"
        text = pattern.sub(lambda _, table=table: table, text, count=1)  # type: ignore[misc]
    return text


def corrupted(kinds: dict[str, Any]) -> str:
    """Mean accuracy of a recipe on corrupted digits."""
    of = kinds["mean"]
    return percent(of["mean"]) + (f", {of['n']} seeds" if of["n"] > 1 else ", one seed")


if __name__ == "__main__":
    for path in BLOCKS:
        file = ROOT / path
        file.write_text(filled(path, file.read_text()))
        print(f"Written: {path}")

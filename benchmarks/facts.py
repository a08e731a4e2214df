"""Records, and how what they say is written in a table."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]

Record = dict[str, Any]
Fact = tuple[str, str, str, str]  # what, figure, spread, n


def percent(share: float) -> str:
    return f"{100 * share:.2f} %"


def between(values: list[float], of_one: float = 100, places: int = 1) -> str:
    return f"{of_one * min(values):.{places}f} to {of_one * max(values):.{places}f}"


def deviation(of: Record) -> str:
    return "" if of["deviation"] is None else f"± {100 * of['deviation']:.2f}"


def seeds_of(count: int) -> str:
    return f"{count} seed{'s' if count > 1 else ''}"


def record(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((ROOT / f"benchmarks/results/{name}.json").read_text())
    return content


def hardware(found: dict[str, Any]) -> str:
    """The processor or the device of a record, as far as it was written down."""
    machine = found | found.get("environment", {}) | found.get("machine", {})
    if machine.get("device") == "cuda":
        return str(machine["device_name"])
    cores = machine.get("cpu_cores", machine.get("cores"))
    threads = machine.get("threads")
    used = threads if threads and cores and threads < cores else cores
    name = str(machine.get("cpu", "not recorded")).replace("(R)", "").replace(" Processor", "")
    return f"{name}, {used} core{'s' if used > 1 else ''}" if used else name


def grid(heads: tuple[str, ...], lines: Sequence[tuple[str, ...]]) -> str:
    """A table in Markdown."""
    rows = [heads, ("---",) * len(heads), *lines]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)

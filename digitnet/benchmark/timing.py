"""Measuring several ways in turn."""

import math
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Times:
    """Measurements of one way, in seconds, in the order they were made."""

    seconds: tuple[float, ...]

    @property
    def median_s(self) -> float:
        return statistics.median(self.seconds)

    def percentile_s(self, percent: float) -> float:
        """The measurement that so many percent are not above."""
        place = max(0, -(-len(self.seconds) * percent // 100) - 1)
        return sorted(self.seconds)[int(place)]

    def to_dict(self) -> dict[str, Any]:
        return {
            "n": len(self.seconds),
            "median_s": self.median_s,
            "p10_s": self.percentile_s(10),
            "p90_s": self.percentile_s(90),
        }


def in_turn(
    ways: Mapping[str, Callable[[], object]],
    *,
    rounds: int,
    warm_up: int = 1,
    repeats: int = 1,
    budget_s: float = math.inf,
) -> dict[str, Times]:
    """Time every way once a round, after some rounds that are not counted.

    repeats: calls to one measurement, for what is too short for the clock; their mean counts.
    budget_s: what all of it may take; a measurement whose share is used up has fewer calls.
    """
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    share_s = budget_s / ((warm_up + rounds) * len(ways))
    for number in range(warm_up + rounds):
        for name, way in ways.items():
            started = ended = time.perf_counter()
            calls = 0
            while calls < repeats and (calls == 0 or ended - started < share_s):
                way()
                calls += 1
                ended = time.perf_counter()
            if number >= warm_up:
                seconds[name].append((ended - started) / calls)
    return {name: Times(tuple(values)) for name, values in seconds.items()}


def ratio(slower: Times, faster: Times) -> float:
    """How many times as long, the median over the rounds that both took part in."""
    return statistics.median(s / f for s, f in zip(slower.seconds, faster.seconds, strict=True))

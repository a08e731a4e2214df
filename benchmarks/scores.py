"""How a reading is judged: what was printed against what is written, and how sure it was.

Only accepted digits are printed, so a digit that was refused or lost is a mistake, and so
is one made up. "guess" beside it takes the best guess of every mark that was found.
"""

import math
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

SIGN = "?"  # in an answer: anything but a digit


@dataclass(frozen=True)
class Mark:
    """One mark that a reader found: its best guess, whether it prints it, and how sure it is."""

    digit: int
    accepted: bool
    confidence: float


@dataclass(frozen=True)
class Outcome:
    """What was read of one case.

    counts: of digits: total, printed, guess, accepted, wrong (accepted digits that are wrong);
        of lines: lines, lines_printed, lines_guess; of pictures: pictures, exact. A picture
        without digits counts as one digit, right where nothing was accepted.
    sure: of each mark found, its confidence and whether its guess is right.
    base: the number of the same picture as it is, in the row that this one is compared with.
    """

    source: str
    counts: Counter[str]
    sure: list[tuple[float, bool]] = field(default_factory=list)
    read_ms: float = 0.0
    base: int | None = None


def judged(answer: Sequence[str], lines: Sequence[Sequence[Mark]]) -> Outcome:
    """Marks, line by line, against the lines of an answer; none where there is no digit."""
    marks = [mark for line in lines for mark in line]
    accepted = sum(mark.accepted for mark in marks)
    if not answer:
        seen = int(accepted > 0)
        right = dict.fromkeys(("printed", "guess", "exact"), 1 - seen)
        return Outcome("", Counter(total=1, pictures=1, accepted=seen, wrong=seen, **right))
    wanted = [line.replace(" ", "").replace(SIGN, "") for line in answer]
    guesses = ["".join(str(mark.digit) for mark in line) for line in lines]
    printed = ["".join(str(mark.digit) for mark in line if mark.accepted) for line in lines]
    printed = [line for line in printed if line]
    whole, text = "".join(wanted), "".join(printed)
    distance, right_guess = aligned(whole, "".join(guesses))
    printed_distance, right_printed = aligned(whole, text)
    counts = Counter(
        total=len(whole),
        printed=max(0, len(whole) - printed_distance),
        guess=max(0, len(whole) - distance),
        accepted=accepted,
        wrong=right_printed.count(False),
        lines=len(wanted),
        lines_printed=sum(aligned(wanted, printed)[1]),
        lines_guess=sum(aligned(wanted, guesses)[1]),
        pictures=1,
        exact=int(whole == text),
    )
    sure = [(mark.confidence, good) for mark, good in zip(marks, right_guess, strict=True)]
    return Outcome("", counts, sure)


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


def ece(sure: Iterable[tuple[float, bool]], bins: int = 15) -> float:
    """Expected calibration error: how far confidence is from the share that is right."""
    gaps, count = [0.0] * bins, 0
    for confidence, good in sure:
        gaps[min(int(confidence * bins), bins - 1)] += confidence - good
        count += 1
    return sum(map(abs, gaps)) / max(1, count)


def wilson_interval(right: int, total: int) -> tuple[float, float]:
    """The 95 % interval of a share. Here again: a benchmark of two versions imports neither."""
    z = 1.959964
    share, scale = right / total, 1 + z * z / total
    middle = (share + z * z / (2 * total)) / scale
    half = z / scale * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    return max(0.0, middle - half), min(1.0, middle + half)


def summed(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Counts and shares of each source, and the mean of the shares over sources."""
    sources = {}
    for source in dict.fromkeys(outcome.source for outcome in outcomes):
        mine = [outcome for outcome in outcomes if outcome.source == source]
        counts = sum((outcome.counts for outcome in mine), Counter[str]())
        sources[source] = {
            "counts": counts,
            "shares": shares(counts, [pair for outcome in mine for pair in outcome.sure]),
            "printed_interval": wilson_interval(counts["printed"], counts["total"]),
            "median_read_ms": statistics.median(outcome.read_ms for outcome in mine),
        }
    names = next(iter(sources.values()))["shares"]
    mean = {name: statistics.mean(s["shares"][name] for s in sources.values()) for name in names}
    counts = sum((outcome.counts for outcome in outcomes), Counter[str]())
    pooled = shares(counts, [pair for outcome in outcomes for pair in outcome.sure])
    return {"mean": mean, "pooled": pooled, "sources": sources}


def shares(counts: Counter[str], sure: list[tuple[float, bool]]) -> dict[str, float]:
    """Of the digits, lines and pictures counted, in [0, 1]."""
    total, lines = counts["total"], counts["lines"]
    found = {name: counts[name] / total for name in ("printed", "guess", "accepted")}
    # Of pictures without digits, those accepted; else, of accepted digits, the wrong ones.
    found["wrong"] = counts["wrong"] / (max(1, counts["accepted"]) if lines else total)
    found["exact"] = counts["exact"] / counts["pictures"]
    if lines:
        found |= {name: counts[name] / lines for name in ("lines_printed", "lines_guess")}
        found["ece"] = ece(sure)
    return found


def digits_lost(base: dict[int, Outcome], changed: Iterable[Outcome]) -> float | None:
    """Share of the digits printed of pictures as they are, less that of the same ones changed:
    mean over sources. None where none of them was read as it is.
    """
    lost: dict[str, list[tuple[int, int]]] = {}
    for outcome in changed:
        if outcome.base in base:
            before = base[outcome.base].counts
            gone = before["printed"] - outcome.counts["printed"]
            lost.setdefault(outcome.source, []).append((gone, before["total"]))
    if not lost:
        return None
    return statistics.mean(
        sum(gone for gone, _ in pairs) / sum(total for _, total in pairs) for pairs in lost.values()
    )

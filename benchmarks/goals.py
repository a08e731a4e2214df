"""What was wanted of reading, and the table that says what was measured of it."""

import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from scores import Outcome, digits_lost, ece, summed

Rows = Mapping[str, dict[int, Outcome]]
_MARGINS = tuple(
    f"pages, {material} on {sides}"
    for material in ("black", "brown", "wood")
    for sides in ("1 side", "2 sides", "4 sides")
)
_TURNS = ("pages, turned 90", "pages, turned 180", "pages, turned 270")
_PHOTOS = ("photos", "photos, rotated", "photos, a third", "photos, JPEG 40")
_STRINGS = ("strings, tablet", "strings, cheque")


@dataclass(frozen=True)
class Goal:
    """One line of the table.

    names: the rows it is taken from; where there are several, the mean of theirs, or all of
    them together. wanted, aim: per cent; most: they are upper bounds.
    """

    title: str
    names: tuple[str, ...]
    what: str
    wanted: float
    aim: float
    most: bool = False

    def measured(self, rows: Rows) -> float | None:
        """In [0, 1], or None where one of its rows was not read."""
        if any(not rows.get(name) for name in self.names):
            return None
        return _MEASURES.get(self.what, _mean)(self, rows)

    def reached(self, value: float) -> str:
        """`aim`, `yes` or `no`."""
        sign = -1 if self.most else 1
        for bound, word in ((self.aim, "aim"), (self.wanted, "yes")):
            if sign * round(100 * value, 4) >= sign * bound:
                return word
        return "no"


def _mean(goal: Goal, rows: Rows) -> float:
    """Mean over sources, and over rows."""
    every = [summed([*rows[name].values()])["mean"][goal.what] for name in goal.names]
    return statistics.mean(every)


def _together(goal: Goal, rows: Rows) -> float:
    """All sources as one: where a source is of five digits, the mean over sources is noise."""
    every = [outcome for name in goal.names for outcome in rows[name].values()]
    return float(summed(every)["pooled"]["printed"])


def _lost(goal: Goal, rows: Rows) -> float | None:
    base = "composed pages" if goal.names[0].startswith("composed") else "pages"
    every = [digits_lost(rows.get(base, {}), rows[name].values()) for name in goal.names]
    found = [lost for lost in every if lost is not None]
    return statistics.mean(found) if found else None


def _most_lost(goal: Goal, rows: Rows) -> float | None:
    return max((_lost(Goal("", (n,), "lost", 0, 0), rows) or 0 for n in goal.names), default=None)


def _wrong(goal: Goal, rows: Rows) -> float:
    """Wrong among accepted: of each source all rows together, then the mean over sources."""
    every = [outcome for name in goal.names for outcome in rows[name].values()]
    return float(summed(every)["mean"]["wrong"])


def _refused(goal: Goal, rows: Rows) -> float:
    """Accepted of what is no digit: mean over the sources of all rows, blanks left out."""
    every = [o for name in goal.names for o in rows[name].values() if o.source != "blanks"]
    return float(summed(every)["mean"]["wrong"])


def _ece(goal: Goal, rows: Rows) -> float:
    """Of all marks together: few of them, and chance alone makes an error."""
    return ece(pair for name in goal.names for o in rows[name].values() for pair in o.sure)


_MEASURES: dict[str, Callable[[Goal, Rows], float | None]] = {
    "together": _together,
    "lost": _lost,
    "most lost": _most_lost,
    "wrong": _wrong,
    "refused": _refused,
    "ece": _ece,
}

GOALS = (
    Goal("single photos", ("photos",), "printed", 99, 100),
    *(Goal(name, (name,), "printed", 98, 99) for name in _PHOTOS[1:]),
    Goal("drawings", ("drawings",), "printed", 98, 99),
    Goal("single photos, as pages", ("photos, as pages",), "exact", 99, 100),
    Goal("drawings, as pages", ("drawings, as pages",), "exact", 98, 99),
    Goal("pages, digits", ("pages",), "printed", 98, 99),
    Goal("pages, lines", ("pages",), "lines_printed", 90, 95),
    Goal("pages with a margin, digits lost", _MARGINS, "lost", 1, 0.3, most=True),
    Goal("  the worst of nine", _MARGINS, "most lost", 1, 0.3, most=True),
    Goal("pages turned by a quarter, digits lost", _TURNS, "lost", 2, 0.5, most=True),
    Goal("tablet strings, exact", ("strings, tablet",), "exact", 92, 96),
    Goal("cheques, exact", ("strings, cheque",), "exact", 68, 78),
    Goal("composed pages, digits", ("composed pages",), "printed", 97.5, 98.5),
    Goal("composed pages, lines", ("composed pages",), "lines_printed", 87, 92),
    Goal("composed pages, turned, digits lost", ("composed pages, turned",), "lost", 2, 0.5, True),
    Goal("OpenCV's digits", ("opencv_digits",), "printed", 99.5, 99.8),
    Goal("optdigits", ("optdigits_windep",), "printed", 98, 99),
    Goal("tablet digits", ("tablet_digits",), "printed", 98, 99),
    Goal("  all donors together", ("tablet_digits",), "together", 98, 99),
    Goal("pendigits, test", ("pendigits",), "printed", 98.5, 99.3),
    Goal("MNIST, test", ("MNIST",), "printed", 99.4, 99.6),
    Goal("MNIST, disturbed", ("MNIST, disturbed",), "printed", 99.2, 99.5),
    Goal("wrong of accepted: photos", _PHOTOS, "wrong", 0.3, 0.1, most=True),
    Goal("wrong of accepted: tablet digits", ("tablet_digits",), "wrong", 1, 0.5, most=True),
    Goal("wrong of accepted: strings, pages", (*_STRINGS, "pages"), "wrong", 0.7, 0.3, most=True),
    Goal("accepted: tablet letters", ("tablet letters",), "refused", 6, 2, most=True),
    Goal("accepted: tablet signs", ("tablet signs",), "refused", 12, 5, most=True),
    Goal(
        "accepted: printed letters", ("letters A to J", "other letters"), "refused", 2, 1, most=True
    ),
    Goal("accepted: scribbles, textures", ("no digits",), "refused", 4, 2, most=True),
    Goal("  the same, as pages", ("no digits, as pages",), "refused", 4, 2, most=True),
    Goal("calibration error, composed pages", ("composed pages",), "ece", 0.5, 0.3, most=True),
    Goal(
        "calibration error, photos and strings",
        ("photos", "drawings", "pages", *_STRINGS),
        "ece",
        2,
        1,
        most=True,
    ),
)


def table(now: Rows, baseline: Rows) -> list[dict[str, Any]]:
    """Every goal that was measured: wanted, aim, measured, and the baseline's; per cent."""
    lines = []
    for goal in GOALS:
        value, before = goal.measured(now), goal.measured(baseline)
        if value is None and before is None:
            continue
        lines.append(
            {
                "what": goal.title,
                "wanted": goal.wanted,
                "aim": goal.aim,
                "at": "most" if goal.most else "least",
                "measured": None if value is None else 100 * value,
                "baseline": None if before is None else 100 * before,
                "reached": None if value is None else goal.reached(value),
            }
        )
    return lines


def print_table(lines: list[dict[str, Any]]) -> None:
    print(
        f"\n{'mean over sources, per cent':42}{'wanted':>8}{'aim':>7}{'measured':>10}{'before':>9}"
    )
    for line in lines:
        numbers = [_figure(line["measured"]), _figure(line["baseline"])]
        bound = ("<" if line["at"] == "most" else "") + f"{line['wanted']:g}"
        print(
            f"{line['what']:42}{bound:>8}{line['aim']:7g}{numbers[0]:>10}{numbers[1]:>9}"
            f"  {line['reached'] or ''}"
        )


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"

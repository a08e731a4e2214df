"""What the records of reading, the server and the page say, as lines of one table."""

import re
from collections.abc import Callable
from statistics import median

from facts import Fact, Record, between, percent


def reading(found: Record) -> list[Fact]:
    facts = []
    for name, row in found["rows"].items():
        if re.search(r"on [12] sides?$", name):
            continue  # much as on four
        sources = row["sources"].values()
        counts = [source["counts"] for source in sources]
        lowest = min(source["shares"]["printed"] for source in sources)
        what = "digits" if any(count.get("lines") for count in counts) else "pictures refused of"
        n = sum(count["total"] for count in counts)
        spread = f"lowest of {len(counts)} sources {percent(lowest)}" if len(counts) > 1 else ""
        facts.append((f"reading: {name}", percent(row["mean"]["printed"]), spread, f"{n} {what}"))
    return [
        (what, figure, spread, n.replace("pictures refused of", "pictures without a digit"))
        for what, figure, spread, n in facts
    ]


def reading_made(found: Record) -> list[Fact]:
    return [
        (
            f"read by what `make weights` made: {goal['what'].strip()}",
            f"{goal['measured']:.2f} %",
            "",
            "1",
        )
        for goal in found["goals"]
        if goal["what"] in MADE
    ]


def reading_speed(found: Record) -> list[Fact]:
    n = f"median of {found['repeats']}, of whole commands 3 or 9"

    def beside(of: dict[str, float | None]) -> str:
        if "baseline" not in of:
            return ""
        before = of["baseline"]
        limit = f"over {found['limit_s']}"
        return f"version 0.1: {limit if before is None else f'{before:.4g}'}"

    return [
        (f"reading: {name}", f"{of['measured']:.4g}", beside(of), n)
        for name, of in found["figures"].items()
    ]


def small_writing(found: Record) -> list[Fact]:
    facts = []
    for kind, (right, digits) in found["measured"].items():
        before = found.get("baseline", {}).get(kind)
        beside = f"before: {percent(before[0] / before[1])}" if before else ""
        facts.append((f"digits read: {kind}", percent(right / digits), beside, f"{digits} digits"))
    return facts


def known_answers(found: Record) -> list[Fact]:
    n = f"{found['pictures']} numbers"
    return [
        (f"known answers: {name}", percent(of["right"]), between(of["interval"]), n)
        for name, of in found["figures"].items()
        if "right" in of
    ]


def picture_memory(found: Record) -> list[Fact]:
    return [
        (f"peak memory, 62 megapixels, {name}", f"{of['peak_mb']} MB", "", "1")
        for name, of in found["figures"].items()
    ]


def damaged_pictures(found: Record) -> list[Fact]:
    return [damaged("damaged pictures", found["outcomes"], found["slowest_s"])]


def damaged_weights(found: Record) -> list[Fact]:
    return [damaged("damaged files of weights", found["outcomes"], found["slowest_s"])]


def damaged_requests(found: Record) -> list[Fact]:
    return [
        damaged(f"damaged requests: {name}", of["outcomes"], of["slowest_s"])
        for name, of in found["figures"].items()
        if "outcomes" in of
    ]


def damaged(what: str, outcomes: dict[str, int], slowest_s: float) -> Fact:
    said = ", ".join(
        f"{count:,} times {f'status {name}' if name.isdecimal() else name}"
        for name, count in outcomes.items()
    )
    return (what, said, f"slowest {slowest_s:.3g} s", f"{sum(outcomes.values()):,}")


def serving(found: Record) -> list[Fact]:
    figures = found["figures"]
    facts = []
    for name in ("alone", "beside_200_slow_clients"):
        for version, whose in (("this", ""), ("other", ", version 0.1")):
            run = figures[name][version]
            rates = run["requests_per_s"]
            facts.append(
                (
                    f"the server, {name.replace('_', ' ')}: requests a second{whose}",
                    f"{median(rates):.0f}",
                    f"p99 {median(run['p99_ms']):.0f} ms",
                    f"median of {len(rates)} rounds",
                )
            )
    dear, after = figures["beside_large_pictures"]["this"], figures["memory"]["this"]["after"]
    end = figures["lost_at_sigterm"]["this"]
    return [
        *facts,
        (
            "the server, beside large pictures: a small one waits",
            f"{dear['median_wait_s']:.2f} s",
            f"at most {dear['longest_wait_s']:.2f}",
            f"{dear['small_ones']} pictures",
        ),
        (
            "the server and its processes, memory",
            f"{sum(after['mb'].values()):.0f} MB",
            f"after {after['requests']:,} requests",
            "1",
        ),
        ("the server, at SIGTERM: lost", str(end["lost"]), "", f"{end['requests']}"),
    ]


def many_pictures(found: Record) -> list[Fact]:
    return [
        (
            f"small pictures a second, {name}",
            str(of["pictures_per_s"]),
            f"{of['memory_mb_at_a_tenth']} to {of['memory_mb_at_the_end']} MB",
            f"{found['pictures']:,} files",
        )
        for name, of in found["figures"].items()
    ]


def page_latency(found: Record) -> list[Fact]:
    return [
        (
            f"the page, {name.replace('_', ' ')}",
            f"{of['median_ms']} ms",
            f"p90 {of['p90_ms']}, largest {of['largest_ms']}",
            f"{of['n']} moves" if "move" in name else f"{of['n']} strokes",
        )
        for name, of in found["figures"].items()
        if isinstance(of, dict)
    ]


def disagreements(found: Record) -> list[Fact]:
    return [
        (
            f"both networks sure, of different digits: {kind}",
            str(of["disagreements"]),
            f"both sure of {of['both sure']:,}",
            f"{of['pictures']:,} pictures",
        )
        for kind, of in found["kinds"].items()
    ]


def calibration_error(found: Record) -> list[Fact]:
    return [
        (
            f"calibration error, {kind}",
            percent(of["error"]),
            f"{percent(of['by_chance'])} by chance alone",
            f"{of['marks']:,} marks",
        )
        for kind, of in found["kinds"].items()
    ]


MADE = (  # rows of `reading.py`'s goals that are shown of a training that does not ship
    *("single photos", "drawings", "pages, digits", "pages, lines"),
    *("pages turned by a quarter, digits lost", "tablet strings, exact", "cheques, exact"),
    *("composed pages, digits", "composed pages, lines", "OpenCV's digits", "optdigits"),
    *("pendigits, test", "MNIST, test", "accepted: tablet letters"),
)

READING: dict[str, Callable[[Record], list[Fact]]] = {
    "reading": reading,
    "reading-made": reading_made,
    "calibration-error": calibration_error,
    "reading-speed": reading_speed,
    "small-writing": small_writing,
    "known-answers": known_answers,
    "disagreements": disagreements,
    "many-pictures": many_pictures,
    "picture-memory": picture_memory,
    "serving": serving,
    "page-latency": page_latency,
    "fuzz-pictures": damaged_pictures,
    "fuzz-weights": damaged_weights,
    "fuzz-server": damaged_requests,
}

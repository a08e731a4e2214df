"""The tables of what the reader reaches: of README.md, docs/reading.md and docs/files.md."""

from typing import Any

from facts import grid, hardware, percent, record
from reading_records import MADE
from scores import wilson_interval

READ = {
    "photos": "single photos, six people (`--one`)",
    "photos, rotated": "the same, rotated by up to 10 degrees",
    "photos, a third": "the same, at a third of their size",
    "photos, JPEG 40": "the same, as JPEG of quality 40",
    "drawings": "digits drawn in programs, seven people",
    "pages": "photographed pages",
    "strings, tablet": "strings written on a tablet",
    "strings, cheque": "amounts on cheques with security print",
    "composed pages": "made-up pages (plain, forms, signs, on tables)",
    "opencv_digits": "OpenCV's digits (`--one`)",
    "optdigits_windep": "optdigits (`--one`)",
    "tablet_digits": "digits from tablets, nine donors (`--one`)",
    "pendigits": "pendigits, writers not trained on (`--one`)",
    "MNIST": "MNIST test set (`--one`)",
    "MNIST, disturbed": "the same, enlarged, shaded, inverted, blurred",
}
DOOR = ("photos", "pages", "strings, tablet", "strings, cheque", "composed pages")
REFUSED = {
    "tablet letters": "handwritten letters that no digit resembles",
    "tablet signs": "handwritten signs that no digit resembles",
    "letters A to J": "printed letters A to J",
    "no digits": "scribbles, textures, blank sheets, each as one digit",
    "no digits, as pages": "the same, read as pages",
}
KNOWN = {
    "read": "nothing: as it is read",
    "digits known": "the number of digits",
    "list of 30": "a list of 30 numbers",
    "list of 1,000": "a list of 1,000 numbers",
    "list of 30, counted up": "a list of 30 that counts up by one",
    "list of 30 without it": "a list of 30 that the number is not in",
    "list of 1,000 without it": "a list of 1,000 that it is not in",
}


def of_door() -> list[tuple[str, ...]]:
    """README: lines of the table of what it reaches."""
    lines = []
    reading = record("reading")
    place, command = hardware(reading), f"`{without_baseline(reading['command'])}`"
    for name in DOOR:
        row = reading["rows"][name]
        what = f"{READ[name]}: digits right"
        lines.append((what, percent(row["mean"]["printed"]), n_of(row), place, command))
    for name in ("tablet letters", "no digits"):
        row = reading["rows"][name]
        what = f"{REFUSED[name]}: read as a digit all the same"
        n = f"{total(row)} pictures"
        lines.append((what, percent(row["mean"]["wrong"]), n, place, command))
    speed = record("reading-speed")
    for name, what, n in (
        ("12 megapixels, page, JPEG, s", "`Reader.read`: a made-up page of 12 megapixels", 5),
        ("cold start, s", "`digitnet read`: a small picture, from Enter to the prompt", 9),
    ):
        time = f"{speed['figures'][name]['measured']:.2f} s"
        command = "`python benchmarks/reading_speed.py`"
        lines.append((what, time, f"median of {n}", hardware(speed), command))
    return lines


def made() -> str:
    """docs/training.md: what ships, and what one training by `make weights` gives."""
    ships = {goal["what"]: goal["measured"] for goal in record("reading")["goals"]}
    lines = [
        (goal["what"], f"{ships[goal['what']]:.2f} %", f"{goal['measured']:.2f} %")
        for goal in record("reading-made")["goals"]
        if goal["what"] in MADE
    ]
    return grid(("what", "as it ships", "by `make weights`"), lines)


def read() -> str:
    """docs/reading.md: digits."""
    lines = []
    for name, what in READ.items():
        row = record("reading")["rows"][name]
        right, wrong = percent(row["mean"]["printed"]), percent(row["mean"]["wrong"])
        lines.append((what, right, interval(row), n_of(row), wrong))
    heads = (
        "what",
        "right, mean of sources",
        "of all digits, 95 % interval",
        "n",
        "wrong of those read",
    )
    return grid(heads, lines)


def whole_lines() -> str:
    """docs/reading.md: lines without a mistake."""
    lines = []
    for name in ("pages", "composed pages", "strings, tablet", "strings, cheque"):
        row = record("reading")["rows"][name]
        count = sum(source["counts"]["lines"] for source in row["sources"].values())
        lines.append((READ[name], percent(row["mean"]["lines_printed"]), f"{count} lines"))
    return grid(("lines", "without a mistake", "n"), lines)


def refused() -> str:
    """docs/reading.md: what is no digit."""
    lines = []
    for name, what in REFUSED.items():
        row = record("reading")["rows"][name]
        lines.append((what, percent(row["mean"]["wrong"]), f"{total(row)} pictures"))
    return grid(("what is no digit", "read as a digit all the same", "n"), lines)


def how_measured() -> str:
    """docs/reading.md: the command of its tables."""
    found = record("reading")
    return f"Measured by `{without_baseline(found['command'])}` on an {hardware(found)}."


def known() -> str:
    """docs/files.md: what known answers bring."""
    found = record("known-answers")
    n = found["pictures"]
    lines = []
    for name, of in found["figures"].items():
        right = percent(of["right"]) if "right" in of else ""
        fits = of["nothing_fits"]
        none = "" if name == "read" else percent(fits if isinstance(fits, float) else fits / n)
        lines.append((KNOWN[name], right, percent(of["wrong"] / n), none))
    return grid(("what is known", "right", "wrong", "nothing fits"), lines)


def n_of(row: dict[str, Any]) -> str:
    sources = len(row["sources"])
    return f"{total(row):,} digits" + (f", mean of {sources} sources" if sources > 1 else "")


def total(row: dict[str, Any]) -> int:
    """Digits, or pictures where there are none."""
    return sum(source["counts"]["total"] for source in row["sources"].values())


def interval(row: dict[str, Any]) -> str:
    """Of all digits of a row together."""
    right = sum(source["counts"].get("printed", 0) for source in row["sources"].values())
    low, high = wilson_interval(right, total(row))
    return f"{percent(right / total(row))}, {100 * low:.1f} to {100 * high:.1f}"


def without_baseline(command: str) -> str:
    """What reads with this version alone: the other one's figures stand in the record."""
    return command.partition(" --baseline")[0]

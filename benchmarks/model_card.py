"""The model card, from measured records alone, so that it cannot drift.

    python benchmarks/model_card.py

Reads benchmarks/results/*.json and writes MODEL_CARD.md.
"""

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
CARD = ROOT / "MODEL_CARD.md"
ROWS = {
    "photos": "single photos of three people",
    "photos, rotated": "the same, rotated by up to 10 degrees",
    "pages": "photographed pages, digits",
    "composed pages": "composed pages, a fifth of neighbours touching, digits",
    "composed singles": "composed photos of single digits",
    "opencv_digits": "OpenCV's digits",
    "optdigits_windep": "optdigits",
    "MNIST": "MNIST test set, through the whole reader",
    "MNIST, disturbed": "the same, enlarged, shaded, inverted, blurred",
}
REFUSED = {
    "letters A to J": "printed letters A to J",
    "other letters": "other letters",
    "no digits": "scribbles, textures and blanks, each read as one digit",
    "no digits, as pages": "the same, read as pages",
}


def card() -> str:
    """The card's text."""
    reading = record("reading")["rows"]
    mnist = reading["MNIST"]["sources"]["all"]["shares"]
    lines = percent(reading["composed pages"]["mean"]["lines_guess"])
    parts = [
        head(reading),
        "# digitnet",
        "Small networks that recognise handwritten digits: one of 19,450 parameters for MNIST\n"
        "(three recipes), and the two that `digitnet read` ships, which read photos, scans and\n"
        "drawings: 19,739 parameters for single digits, 262,524 for digits that touch.",
        "## Intended use\n"
        "Teaching; trying an idea or a machine; reading digits that people wrote by hand, where\n"
        "a wrong digit is found out or does no harm. Not for deciding about people, and not\n"
        "without a check where money or health depends on a digit.",
        "## Data\n"
        "MNIST's 60,000 training images alone (LeCun, Cortes, Burges; CC BY-SA 3.0), written by\n"
        "Census employees and high-school students of the USA; bent, thickened and blurred\n"
        "copies of them; letters, scribbles and textures drawn by this project from seeds. 5,000\n"
        "to 10,000 training images were kept aside to choose recipes and weights. Settings of the\n"
        "preparation were compared on photos and on pictures made from MNIST's test images as\n"
        "well, so the rows of photos, composed single digits and disturbed MNIST below are not\n"
        "new to it.",
        "## MNIST test set",
        seeds_table(),
        "## Handwriting from elsewhere\n"
        "What `digitnet read` makes of it: mean over sources, and the 95 % interval over all\n"
        "digits of a row.",
        reading_table(reading),
        "The plain recipes on the same prepared pictures:",
        hands_table(record("other-hands")["recipes"]),
        "## Robustness\nThe fifteen corruptions of MNIST-C, written anew; the whole test set each.",
        robustness_table(record("robustness")["recipes"]),
        "## Calibration and refusal\n"
        "On the MNIST test set the expected calibration error (15 bins) is "
        f"{percent(mnist['ece'])}, and\n{percent(mnist['accepted'])} of digits are accepted. "
        "Of what is no digit:",
        refused_table(reading),
        "## Limits\n"
        f"Digits that touch: of the lines of composed pages {lines} are read without a mistake.\n"
        "Other countries' digits are known only as far as MNIST holds them: four in ten\n"
        "ones with a flag, as many in Europe write them, are read as sevens. Fractions, points\n"
        "and signs are not read. A sure answer can be wrong.",
        "## Licence\nMIT; the networks were trained on MNIST (CC BY-SA 3.0).",
        "Written by `python benchmarks/model_card.py` from the records in `benchmarks/results/`.",
    ]
    return "\n\n".join(parts) + "\n"


def seeds_table() -> str:
    rows = []
    for name in ("seed", "fast", "best"):
        found = next(iter(record(f"seeds-{name}")["precisions"].values()))
        deviation = points(found["deviation"])
        rows.append((name, percent(found["mean_accuracy"]), deviation, found["n"]))
    return grid(("recipe", "accuracy, mean over seeds", "deviation", "seeds"), rows)


def reading_table(reading: dict[str, Any]) -> str:
    rows = []
    for name, title in ROWS.items():
        sources, right = reading[name]["sources"], percent(reading[name]["mean"]["guess"])
        rows.append((title, right, interval(sources), total(sources)))
    return grid(("what", "right", "95 % interval", "digits"), rows)


def hands_table(hands: dict[str, Any]) -> str:
    heads = ("recipe", *next(iter(hands.values())))
    rows = [(name, *(percent(f["mean"]) for f in found.values())) for name, found in hands.items()]
    return grid(heads, rows)


def robustness_table(recipes: dict[str, Any]) -> str:
    rows = []
    for name, kinds in recipes.items():
        clean, mean = percent(kinds["clean"]["mean"]), percent(kinds["mean"]["mean"])
        rows.append((name, clean, mean, weakest(kinds)))
    return grid(("recipe", "clean", "mean of corruptions", "weakest"), rows)


def refused_table(reading: dict[str, Any]) -> str:
    rows = [
        (title, percent(reading[name]["mean"]["wrong"]), total(reading[name]["sources"]))
        for name, title in REFUSED.items()
    ]
    return grid(("what", "accepted all the same", "pictures"), rows)


def head(reading: dict[str, Any]) -> str:
    """The YAML that model hubs read."""
    lines = [
        "---",
        "license: mit",
        "library_name: digitnet",
        "pipeline_tag: image-classification",
        "tags: [mnist, handwriting, digits, ocr, onnx]",
        "datasets: [mnist]",
        "metrics: [accuracy]",
        "model-index:",
        "- name: digitnet",
        "  results:",
        "  - task: {type: image-classification}",
        "    dataset: {name: MNIST, type: mnist, split: test}",
        "    metrics:",
        f"    - {{type: accuracy, value: {reading['MNIST']['mean']['guess']:.4f}}}",
        "---",
    ]
    return "\n".join(lines)


def total(sources: dict[str, Any]) -> int:
    """Digits, or pictures where there are none."""
    return sum(source["counts"]["total"] for source in sources.values())


def record(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((ROOT / f"benchmarks/results/{name}.json").read_text())
    return content


def percent(share: float) -> str:
    return f"{100 * share:.2f} %"


def points(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.2f}"


def interval(sources: dict[str, Any]) -> str:
    from digitnet.training import wilson_interval

    right = sum(s["counts"].get("guess", 0) for s in sources.values())
    low, high = wilson_interval(right, total(sources))
    return f"{100 * low:.2f} to {100 * high:.2f}"


def weakest(kinds: dict[str, Any]) -> str:
    rest = {kind: f["mean"] for kind, f in kinds.items() if kind not in ("clean", "mean")}
    worst = min(rest, key=lambda kind: rest[kind])
    return f"{worst}: {percent(rest[worst])}"


def grid(heads: tuple[Any, ...], rows: list[tuple[Any, ...]]) -> str:
    """A table in Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


if __name__ == "__main__":
    CARD.write_text(card())
    print(f"Written: {CARD.name}")

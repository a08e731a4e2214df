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
    "photos": "single photos of six people",
    "photos, rotated": "the same, rotated by up to 10 degrees",
    "drawings": "digits drawn in programs, seven people",
    "pages": "photographed pages, digits",
    "strings, tablet": "strings from a tablet, digits",
    "strings, cheque": "amounts of cheques with security print, digits",
    "composed pages": "composed pages: plain, forms, signs, on tables, digits",
    "composed singles": "composed photos of single digits",
    "opencv_digits": "OpenCV's digits",
    "optdigits_windep": "optdigits",
    "tablet_digits": "digits from tablets, nine donors",
    "pendigits": "pendigits, writers of the test part",
    "MNIST": "MNIST test set, through the whole reader",
    "MNIST, disturbed": "the same, enlarged, shaded, inverted, blurred",
}
REFUSED = {
    "tablet letters": "letters from tablets that no digit resembles",
    "tablet signs": "signs from tablets that no digit resembles",
    "letters A to J": "printed letters A to J",
    "other letters": "other letters",
    "no digits": "scribbles, textures and blanks, each read as one digit",
    "no digits, as pages": "the same, read as pages",
}


def card() -> str:
    """The card's text."""
    reading = record("reading")["rows"]
    mnist = reading["MNIST"]["sources"]["all"]["shares"]
    lines = percent(reading["composed pages"]["mean"]["lines_printed"])
    amounts = percent(reading["strings, cheque"]["mean"]["lines_printed"])
    parts = [
        head(reading),
        "# digitnet",
        "Small networks that recognise handwritten digits: one of 19,450 parameters for MNIST\n"
        "(four recipes), and the two that `digitnet read` ships, which read photos, scans and\n"
        "drawings: one of 2,032,356 parameters that finds and reads digits on pages, and one of\n"
        "19,739 that is asked too where a picture holds one digit.",
        "## Intended use\n"
        "Teaching; trying an idea or a machine; reading digits that people wrote by hand, where\n"
        "a wrong digit is found out or does no harm. Not for deciding about people, and not\n"
        "without a check where money or health depends on a digit.",
        "## Data\n"
        "MNIST's 60,000 training images (LeCun, Cortes, Burges; CC BY-SA 3.0), written by\n"
        "Census employees and high-school students of the USA; pen strokes of writers in\n"
        "Turkey (pendigits, CC BY 4.0); characters of eight alphabets as what is no digit\n"
        "(Omniglot, MIT); forms of digits, letters, signs, print, paper and cameras made by\n"
        "this project's programs from seeds. 5,000 training images and a tenth of the strokes\n"
        "were kept aside to calibrate by. No photo was trained on. The rules of the reader,\n"
        "and what its pages are made of, were looked at on the photos, drawings, pages and\n"
        "strings below, so those rows are not new to it. With optdigits, OpenCV's digits, tablet\n"
        "digits, letters and signs in view three choices were made, of three or four each: how\n"
        "the corners of a tilted picture are filled, which network of one digit ships, what its\n"
        "curve of probabilities is fitted on. A finder that was trained further does not ship:\n"
        "it read strings and made-up pages a little worse. One donor's zeros with a slash were\n"
        "refused in these tests, so the page generator now makes more of them. pendigits' test\n"
        "part was only measured.",
        "## MNIST test set",
        seeds_table(),
        "## Handwriting from elsewhere\n"
        "What `digitnet read` makes of it: the mean over sources; and of all digits of a row\n"
        "together, where a source with many counts for more, with its 95 % interval.",
        reading_table(reading),
        "The four recipes for MNIST on digits that `digitnet read` has cut out and scaled. They\n"
        "refuse nothing, so these figures do not compare with those above.",
        hands_table(record("other-hands")["recipes"]),
        "## Robustness\nThe fifteen corruptions of MNIST-C, written anew; the whole test set each.",
        robustness_table(record("robustness")["recipes"]),
        "## Calibration and refusal\n"
        "On the MNIST test set the expected calibration error (15 bins) is "
        f"{percent(mnist['ece'])}, and\n{percent(mnist['accepted'])} of digits are accepted. "
        "Of what is no digit:",
        refused_table(reading),
        "## Limits\n"
        f"Of the lines of composed pages {lines} are read without a mistake. Ones of one\n"
        "stroke side by side can look like a letter; a seven with a short bar like a flagged\n"
        "one; signs such as a colon or a per cent sign like digits. Of amounts on security\n"
        f"print {amounts} are read without a mistake. Fractions, points and signs are not read.\n"
        "A sure answer can be wrong.",
        "## Licence\nMIT; the networks were trained on MNIST (CC BY-SA 3.0), pendigits\n"
        "(CC BY 4.0) and Omniglot (MIT).",
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
        sources, right = reading[name]["sources"], percent(reading[name]["mean"]["printed"])
        rows.append((title, right, interval(sources), total(sources)))
    return grid(("what", "right, mean of sources", "of all, 95 % interval", "digits"), rows)


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
        f"    - {{type: accuracy, value: {reading['MNIST']['mean']['printed']:.4f}}}",
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

    right = sum(s["counts"].get("printed", 0) for s in sources.values())
    low, high = wilson_interval(right, total(sources))
    return f"{percent(right / total(sources))}, {100 * low:.2f} to {100 * high:.2f}"


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

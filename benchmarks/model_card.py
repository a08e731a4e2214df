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
    seeds = {name: record(f"seeds-{name}") for name in ("seed", "fast", "best")}
    robust = record("robustness")["recipes"]
    hands = record("other-hands")["recipes"]
    mnist = reading["MNIST"]["sources"]["all"]
    return "\n".join(
        [
            *head(reading),
            "# digitnet",
            "",
            "Small networks that recognise handwritten digits: one of 19,450 parameters for MNIST",
            "(three recipes), and the two that `digitnet read` ships, which read photos, scans and",
            "drawings: 19,739 parameters for single digits, 116,412 for digits that touch.",
            "",
            "## Intended use",
            "Teaching; trying an idea or a machine; reading digits that people wrote by hand, where",
            "a wrong digit is found out or does no harm. Not for deciding about people, and not",
            "without a check where money or health depends on a digit.",
            "",
            "## Data",
            "MNIST's 60,000 training images alone (LeCun, Cortes, Burges; CC BY-SA 3.0), written by",
            "Census employees and high-school students of the USA around 1990; bent, thickened and",
            "blurred copies of them; letters, scribbles and textures drawn by this project from",
            "seeds. 5,000 training images were kept aside for every choice; the test set was used",
            "for final scores.",
            "",
            "## MNIST test set",
            *grid(
                ("recipe", "accuracy, mean over seeds", "deviation", "seeds"),
                [
                    (name, percent(found["mean_accuracy"]), points(found["deviation"]), found["n"])
                    for name, found in (
                        (name, next(iter(r["precisions"].values()))) for name, r in seeds.items()
                    )
                ],
            ),
            "",
            "## Handwriting from elsewhere",
            "What `digitnet read` makes of it, mean over sources; intervals are of 95 %, over all",
            "digits of a row.",
            "",
            *grid(
                ("what", "right", "95 % interval", "digits"),
                [
                    (
                        title,
                        percent(reading[name]["mean"]["guess"]),
                        interval(reading[name]["sources"]),
                        sum(s["counts"]["total"] for s in reading[name]["sources"].values()),
                    )
                    for name, title in ROWS.items()
                ],
            ),
            "",
            "The plain recipes on the same prepared pictures:",
            "",
            *grid(
                ("recipe", *next(iter(hands.values()))),
                [(name, *(percent(f["mean"]) for f in found.values()))
                 for name, found in hands.items()],
            ),
            "",
            "## Robustness",
            "The fifteen corruptions of MNIST-C, written anew; the whole test set each.",
            "",
            *grid(
                ("recipe", "clean", "mean of corruptions", "weakest"),
                [(name, percent(kinds["clean"]["mean"]), percent(kinds["mean"]["mean"]),
                  weakest(kinds)) for name, kinds in robust.items()],
            ),
            "",
            "## Calibration and refusal",
            f"Expected calibration error on the MNIST test set, 15 bins: {percent(mnist['shares']['ece'])}.",
            f"Of its digits {percent(mnist['shares']['accepted'])} are accepted. Of what is no digit is accepted:",
            "",
            *grid(
                ("what", "accepted all the same", "pictures"),
                [
                    (
                        title,
                        percent(reading[name]["mean"]["wrong"]),
                        sum(s["pictures"] for s in reading[name]["sources"].values()),
                    )
                    for name, title in REFUSED.items()
                ],
            ),
            "",
            "## Limits",
            f"Digits that touch: {percent(reading['composed pages']['mean']['lines_guess'])} of lines of composed pages are read",
            "without a mistake. Digits as written in other countries are known only as far as MNIST",
            "holds them. Fractions, points and signs are not read. A sure answer can be wrong.",
            "",
            "## Licence",
            "MIT; the networks were trained on MNIST (CC BY-SA 3.0).",
            "",
            "Written by `python benchmarks/model_card.py` from the records in `benchmarks/results/`.",
            "",
        ]
    )  # fmt: skip


def head(reading: dict[str, Any]) -> list[str]:
    """The YAML that model hubs read."""
    return [
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
        "",
    ]


def record(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((ROOT / f"benchmarks/results/{name}.json").read_text())
    return content


def percent(share: float) -> str:
    return f"{100 * share:.2f} %"


def points(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.2f}"


def interval(sources: dict[str, Any]) -> str:
    from digitnet.training import wilson_interval

    total = sum(s["counts"]["total"] for s in sources.values())
    right = sum(s["counts"].get("guess", 0) for s in sources.values())
    low, high = wilson_interval(right, total)
    return f"{100 * low:.2f} to {100 * high:.2f}"


def weakest(kinds: dict[str, Any]) -> str:
    rest = {kind: f["mean"] for kind, f in kinds.items() if kind not in ("clean", "mean")}
    worst = min(rest, key=lambda kind: rest[kind])
    return f"{worst}: {percent(rest[worst])}"


def grid(heads: tuple[Any, ...], rows: list[tuple[Any, ...]]) -> list[str]:
    """A table in Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return ["| " + " | ".join(map(str, line)) + " |" for line in lines]


if __name__ == "__main__":
    CARD.write_text(card())
    print(f"Written: {CARD.name}")

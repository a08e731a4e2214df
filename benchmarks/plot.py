"""A picture for docs/training.md: accuracy against seconds of training.

    python benchmarks/plot.py

From results/peers.json. Writes docs/speed.png; its background is transparent and its
colours stand out on light and on dark.
"""

import json
from itertools import accumulate
from pathlib import Path

import matplotlib.pyplot as plt

ROOT = Path(__file__).parents[1]
# Okabe and Ito's colours, told apart by the colour-blind.
CURVES = {
    "digitnet fast": "#009e73",
    "digitnet best": "#d55e00",
    "digitnet": "#3a8fd0",
    "plain PyTorch": "#8c8c8c",
}
GREY = "#808080"


def main() -> None:
    peers = json.loads((ROOT / "benchmarks" / "results" / "peers.json").read_text())["peers"]
    figure, axes = plt.subplots(figsize=(7, 3.8), dpi=130)
    for name, colour in CURVES.items():
        seconds = list(accumulate(train_s for train_s, _ in peers[name]["epochs"]))
        errors = [100 * (1 - accuracy) for _, accuracy in peers[name]["epochs"]]
        shown = "digitnet seed" if name == "digitnet" else name
        label = f"{shown}: {100 - errors[-1]:.2f} % in {seconds[-1]:.0f} s"
        axes.plot(seconds, errors, "o-", color=colour, label=label, markersize=4, linewidth=2)
    axes.axhline(1, color=GREY, linewidth=1, linestyle=":")
    axes.set(xscale="log", yscale="log", xlabel="seconds of training", ylabel="test accuracy")
    axes.set_yticks([10, 5, 2, 1, 0.5], ["90 %", "95 %", "98 %", "99 %", "99.5 %"])
    axes.set_xticks([5, 10, 20, 50, 100, 200, 500], ["5", "10", "20", "50", "100", "200", "500"])
    axes.minorticks_off()
    axes.set_ylim(12, 0.35)
    axes.tick_params(colors=GREY)
    for part in (axes.xaxis.label, axes.yaxis.label):
        part.set_color(GREY)
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(GREY)
    legend = axes.legend(
        frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2, fontsize=9
    )
    for text in legend.get_texts():
        text.set_color(GREY)
    figure.tight_layout()
    figure.savefig(ROOT / "docs" / "speed.png", transparent=True)


if __name__ == "__main__":
    main()

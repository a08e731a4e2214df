"""What the records of training say, as lines of one table."""

from collections.abc import Callable

from facts import Fact, Record, between, deviation, percent, seeds_of


def seeds(what: str) -> Callable[[Record], list[Fact]]:
    def facts(found: Record) -> list[Fact]:
        return [
            (
                f"{what}, {precision}: MNIST test set",
                percent(of["mean_accuracy"]),
                f"± {100 * of['deviation']:.3f}; {percent(of['lowest'])} to"
                f" {percent(of['highest'])}",
                seeds_of(of["n"]),
            )
            for precision, of in found["precisions"].items()
        ]

    return facts


def peers(found: Record) -> list[Fact]:
    return [
        (
            f"{name}: training, test accuracy",
            f"{of['train_s']:.0f} s, {percent(of['accuracy'])}",
            "",
            "1 run",
        )
        for name, of in found["peers"].items()
    ]


def this_machine(found: Record) -> list[Fact]:
    return [
        (
            f"a step of 512 images: {name}",
            f"{1000 * of['median_s']:.0f} ms",
            f"p10 {1000 * of['p10_s']:.0f}, p90 {1000 * of['p90_s']:.0f}",
            f"{of['n']} rounds",
        )
        for name, of in found["training"]["steps"].items()
    ]


def kills(found: Record) -> list[Fact]:
    return [
        (
            f"trainings killed and resumed, {precision}: not equal to the bit",
            str(of["unequal"]),
            f"{of['while_writing']} while a file was written",
            f"{of['kills']} kills",
        )
        for precision, of in found["precisions"].items()
    ]


def corrupted(found: Record) -> list[Fact]:
    return [
        (
            f"fifteen kinds of corruption, recipe {name}",
            percent(of["mean"]["mean"]),
            deviation(of["mean"]),
            seeds_of(of["mean"]["n"]),
        )
        for name, of in found["recipes"].items()
    ]


def other_hands(found: Record) -> list[Fact]:
    return [
        (
            f"OpenCV's digits; optdigits, recipe {name}",
            f"{percent(of['opencv_digits']['mean'])}; {percent(of['optdigits_windep']['mean'])}",
            deviation(of["opencv_digits"]),
            seeds_of(of["opencv_digits"]["n"]),
        )
        for name, of in found["recipes"].items()
    ]


def processes(found: Record) -> list[Fact]:
    return [
        (
            f"an epoch by {name}",
            f"{of['median']:.1f} s",
            between(of["each"], of_one=1),
            f"{of['n']}",
        )
        for name, of in found["epoch_s"].items()
    ]


def scale(found: Record) -> list[Fact]:
    return [
        (
            f"an epoch of {row['images']:,} images, threads: {row['threads']}",
            f"{row['epoch_s']} s",
            f"{row['memory_mb']} MB",
            "1",
        )
        for row in found["rows"]
    ]


def fast_ablation(found: Record) -> list[Fact]:
    return [
        ("what each idea is worth to `fast`", "docs/numbers.md", "", f"{len(found['variants'])}")
    ]


def finder_ablation(found: Record) -> list[Fact]:
    widths = found["recipe"]["widths"]
    runs = [run for run in found["runs"] if run["left_out"] is None and run["widths"] == widths]
    whole = [run["loss"] for run in runs]
    return [
        (
            "the finder in short runs: loss; without each group: docs/numbers.md",
            f"{sum(whole) / len(whole):.3f}",
            between(whole, of_one=1, places=3),
            f"{len(whole)} seeds",
        )
    ]


def finder_photos(found: Record) -> list[Fact]:
    runs = [run["photos"] for run in found["runs"] if run["left_out"] is None]
    return [
        (
            f"the finder in short runs on a CPU: {row}; without each group: docs/numbers.md",
            f"{sum(shares) / len(shares):.2f} %",
            between(shares, of_one=1, places=2),
            f"{len(shares)} seeds",
        )
        for row in runs[0]
        for shares in [[run[row]["printed"] for run in runs]]
    ]


def statistics_anew(found: Record) -> list[Fact]:
    return [
        (
            f"sample, epochs 1, 4, 6 and 20: BatchNorm's statistics {name}",
            ", ".join(percent(of[epoch]) for epoch in ("1", "4", "6", "20")),
            "",
            f"{found['n']} seeds",
        )
        for name, of in found["mean_accuracy"].items()
    ]


def waits(found: Record) -> list[Fact]:
    """Whole commands, with what the checkout beside took in the same run."""
    facts = []
    for name, of in found["commands"].items():
        spread = []
        if "cpu_s" in of["this"]:
            spread.append(f"{of['this']['cpu_s']:.1f} s of CPU")
        if "other" in of:
            spread.append(f"{of['other']['wall_s']:.2f} s at {found['other']}")
        facts.append(
            (
                f"`digitnet {name}`, from Enter to the prompt",
                f"{of['this']['wall_s']:.2f} s",
                "; ".join(spread),
                f"median of {of['this']['n']}",
            )
        )
    return facts


def on_gpu(found: Record) -> list[Fact]:
    fast = found["fast"]
    times = [
        (
            f"an epoch of the documented recipe, {precision}",
            f"{of['median']:.2f} s",
            f"{of['images_a_second']:,} images/s",
            "5",
        )
        for precision, of in found["epoch_s"].items()
    ]
    return [
        *times,
        (
            "recipe fast on a GPU: test accuracy, time of its steps",
            f"{fast['mean']:.2f} %, {fast['median_s']:.2f} s",
            f"± {fast['deviation']:.3f}",
            seeds_of(fast["n"]),
        ),
        (
            "a training step on a GPU: waits for the device",
            str(found["waits"]["waits"]),
            "",
            f"{found['waits']['steps']} steps",
        ),
        *(
            ("a training on a GPU, resumed: equal to the bit", str(equal).lower(), "", "1 run")
            for name, equal in found.get("commands", {}).items()
            if name == "resumed_equal_to_the_bit"
        ),
    ]


TRAINING: dict[str, Callable[[Record], list[Fact]]] = {
    "seeds-seed": seeds("documented recipe"),
    "seeds-fast": seeds("recipe fast"),
    "seeds-best": seeds("recipe best"),
    "peers": peers,
    "benchmark": this_machine,
    "ablation": fast_ablation,
    "sample-statistics": statistics_anew,
    "robustness": corrupted,
    "other-hands": other_hands,
    "kill-resume": kills,
    "processes": processes,
    "scale": scale,
    "command-times": waits,
    "gpu": on_gpu,
    "finder-ablation": finder_ablation,
    "finder-ablation-photos": finder_photos,
}

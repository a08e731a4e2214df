"""Pictures of one digit that both networks are sure of, and disagree about: each by name.

    python benchmarks/disagreements.py

Of each picture the finder and the 28x28 network are asked about the same mark. One is sure
where the mark is rather a digit than not, and, if it is, this one with a probability of SURE
at least, before any calibration. Writes
benchmarks/results/disagreements.json.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from cases import rows
from numpy.typing import NDArray
from reading import RESULTS, ROOT, environment, numbers
from row import Case, Folders
from versions import Version, cases_of, pool, reader

ROWS = ("photos", "drawings", "opencv_digits", "optdigits_windep", "tablet_digits", "pendigits")
SURE = 0.9
_TOGETHER = 16


@dataclass(frozen=True)
class Answers:
    """What each network makes of one picture; None where it found no mark.

    finder, network: the likeliest digit, its share of the ten, and how surely it is any.
    """

    picture: str
    answer: str
    finder: tuple[int, float, float] | None
    network: tuple[int, float, float] | None

    @property
    def both_sure(self) -> bool:
        every = (self.finder, self.network)
        return all(found is not None and found[1] >= SURE and found[2] >= 0.5 for found in every)

    @property
    def disagree(self) -> bool:
        return self.both_sure and self.finder[0] != self.network[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--version", type=Path, default=ROOT, metavar="DIR")
    parser.add_argument("--count", type=int, metavar="N", help="at most so many of each kind")
    parser.add_argument("--processes", type=int, default=2, metavar="N")
    parser.add_argument(
        "--shared", type=Path, default=ROOT.parent / "shared", metavar="DIR", help="photos, hands"
    )
    args = parser.parse_args()
    args.quick = False

    folders = Folders(args.shared / "photos", args.shared / "hands")
    kinds: dict[str, dict[str, int]] = {}
    named: list[Answers] = []
    version = Version(args.version, {})
    with pool(version, args.processes, folders, kept_aside=False) as processes:
        for row in rows(folders):
            if row.name in ROWS:
                chosen = numbers(row, args)
                parts = [chosen[i : i + _TOGETHER] for i in range(0, len(chosen), _TOGETHER)]
                found = processes.map(asked, [row.name] * len(parts), parts)
                answers = [answer for part in found for answer in part]
                kinds[row.name] = counted(answers)
                print(row.name, kinds[row.name], flush=True)
                named += [answer for answer in answers if answer.disagree]
    for answers in named:
        print(answers.picture, "is", answers.answer, answers.finder, answers.network)
    if not args.count:
        record = {
            "command": "python benchmarks/disagreements.py",
            "sure": SURE,
            "weights_sha256": version.fingerprints(),
            "environment": environment(),
            "kinds": kinds,
            "disagreements": [asdict(answers) for answers in named],
        }
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / "disagreements.json").write_text(json.dumps(record, indent=1) + "\n")


def counted(answers: Sequence[Answers]) -> dict[str, int]:
    return {
        "pictures": len(answers),
        "found by both": sum(a.finder is not None and a.network is not None for a in answers),
        "both sure": sum(answer.both_sure for answer in answers),
        "disagreements": sum(answer.disagree for answer in answers),
    }


def asked(name: str, chosen: Sequence[int]) -> list[Answers]:
    """Both networks about cases of a row, in a process that `pool` has started."""
    return [answers(cases_of(name).make(number), f"{name} {number}") for number in chosen]


def answers(case: Case, title: str) -> Answers:
    """Both networks about the mark that `--one` takes."""
    seen = reader().inspect(case.picture, one=True)
    name = case.picture.name if isinstance(case.picture, Path) else title
    finder = network = None
    if len(seen.marks):
        shares = seen.marks.digits[0]
        finder = likeliest(shares / shares.sum(), float(shares.sum()))
    if len(seen.images) and seen.images[0].any():
        scores = reader().network(seen.images[:1])
        network = likeliest(
            scores.probabilities[0], 1 / (1 + np.exp(-float(scores.digit_log_odds[0])))
        )
    return Answers(name, case.answer[0], finder, network)


def likeliest(shares: NDArray[np.floating], any_digit: float) -> tuple[int, float, float]:
    return int(shares.argmax()), round(float(shares.max()), 4), round(float(any_digit), 4)


if __name__ == "__main__":
    main()

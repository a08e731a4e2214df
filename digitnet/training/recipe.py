"""A recipe: every number that decides what the trained network becomes.

It is data. The command's flags are made from the fields, so a new hyperparameter is one
line here and its use where batches are made, in the schedule or in the optimizer.
"""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from digitnet.errors import RecipeError
from digitnet.training.schedule import SCHEDULES, cosine, step_decay, triangle


def _hyperparameter(default: Any, help: str, group: str, *, common: bool = False) -> Any:
    """group: the heading it stands under in --help; common: shown without --help-all."""
    return field(default=default, metadata={"help": help, "group": group, "common": common})


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """The defaults are the described recipe, that of docs/training.md, "The network".

    Adam with learning rate 0.01, StepLR (step size 15, gamma 0.1), batches of 512, dropout
    0.2, 20 epochs, negative log-likelihood: 99.27 % of the test set, the mean of 5 seeds.
    Other recipes change some fields (`recipes.py`).

    Raises:
        RecipeError: a value outside its range, named with the range.
    """

    # Those that docs/training.md describes.
    epochs: int = _hyperparameter(20, "passes over the training set", "training", common=True)
    batch_size: int = _hyperparameter(512, "images a step", "training", common=True)
    lr: float = _hyperparameter(0.01, "largest learning rate of Adam", "training", common=True)
    schedule: str = _hyperparameter(
        "step", f"course of the learning rate: {', '.join(SCHEDULES)}", "schedule"
    )
    step_size: int = _hyperparameter(
        15, "--schedule step: epochs between two cuts of lr", "schedule"
    )
    gamma: float = _hyperparameter(0.1, "--schedule step: factor of each cut", "schedule")
    dropout: float = _hyperparameter(
        0.2, "probability that a feature before the last convolution is zeroed", "network"
    )
    seed: int = _hyperparameter(
        0, "seed of weights, order, dropout, augmentation and holdout", "training", common=True
    )

    # More on schedule and optimizer, and the moving averages.
    warmup_fraction: float = _hyperparameter(
        0.25,
        "--schedule triangle or cosine: fraction of the training in which lr rises",
        "schedule",
    )
    beta1: float = _hyperparameter(0.9, "Adam: decay of the mean gradient", "optimizer")
    beta2: float = _hyperparameter(0.999, "Adam: decay of the mean squared gradient", "optimizer")
    weight_decay: float = _hyperparameter(
        0.0,
        "decoupled weight decay (AdamW): each step takes lr times this of a weight",
        "optimizer",
    )
    ema_decay: float = _hyperparameter(
        0.0,
        "decay of the moving average of the weights that is evaluated and saved; "
        "0: the last weights",
        "optimizer",
    )
    norm_momentum: float = _hyperparameter(
        0.1, "BatchNorm: momentum of the running statistics", "network"
    )

    # Which images a step sees, and how they are changed.
    hard_fraction: float = _hyperparameter(
        1.0,
        "fraction of the images that later epochs see: those of largest loss in the first",
        "images",
    )
    crop_fraction: float = _hyperparameter(
        0.0,
        "fraction of the training, at its start, that sees only the central 24x24 pixels",
        "images",
    )
    distortion: float = _hyperparameter(
        0.0, "rotation, shear, scale, shift and elastic distortion: 0 to 1", "augmentation"
    )
    stroke_width: float = _hyperparameter(
        0.0, "strokes made thicker and thinner: 0 to 1", "augmentation"
    )
    blur: float = _hyperparameter(0.0, "strokes blurred and hardened: 0 to 1", "augmentation")
    background: float = _hyperparameter(
        0.0, "how often the background is grey, noisy or scribbled on: 0 to 1", "augmentation"
    )
    clean_tail: float = _hyperparameter(
        0.0,
        "fraction of the training, at its end, without augmentation but for the background",
        "augmentation",
    )
    non_digits: int = _hyperparameter(
        0, "made-up images of no digit, trained on as an eleventh class", "images"
    )
    other_hands: int = _hyperparameter(
        0, "made-up digits and letters of other people's hands", "images"
    )
    holdout: int = _hyperparameter(
        0, "training images kept aside and evaluated in place of the test set", "images"
    )

    def __post_init__(self) -> None:
        for each in fields(self):
            self._require_type(each.name, type(each.default))
        for name in ("epochs", "batch_size", "step_size"):
            self._require(name, getattr(self, name) >= 1, "at least 1")
        for name in ("lr", "gamma"):
            value = getattr(self, name)
            self._require(name, math.isfinite(value) and value > 0, "a positive number")
        for name in ("norm_momentum", "hard_fraction"):
            self._require(name, 0 < getattr(self, name) <= 1, "above 0 and at most 1")
        for name in ("beta1", "beta2", "dropout", "ema_decay"):
            self._require(name, 0 <= getattr(self, name) < 1, "at least 0 and below 1")
        strengths = [f.name for f in fields(self) if f.metadata["group"] == "augmentation"]
        for name in (*strengths, "crop_fraction", "warmup_fraction"):
            self._require(name, 0 <= getattr(self, name) <= 1, "from 0 to 1")
        for name in ("non_digits", "other_hands", "holdout"):
            self._require(name, getattr(self, name) >= 0, "0 or more images")
        decay = self.weight_decay
        self._require("weight_decay", math.isfinite(decay) and decay >= 0, "0 or more")
        self._require("schedule", self.schedule in SCHEDULES, " or ".join(SCHEDULES))
        self._require("seed", 0 <= self.seed < 2**63, "from 0 to 2**63 - 1")

    def _require(self, name: str, holds: bool, expected: str) -> None:
        if not holds:
            raise RecipeError(f"{name} is {getattr(self, name)}, expected {expected}")

    def _require_type(self, name: str, kind: type) -> None:
        value = getattr(self, name)
        # A whole number will do for a real one; True is a number for Python alone.
        fits = isinstance(value, (int, float) if kind is float else kind)
        expected = {int: "a whole number", float: "a number", str: "a name"}[kind]
        self._require(name, fits and not isinstance(value, bool), expected)

    def lr_at(self, step: int, epoch_starts: Sequence[int]) -> float:
        """Learning rate of a step, counted from 0.

        epoch_starts: the first step of each epoch, and at the end the number of all steps.
        """
        if self.schedule == "step":
            epoch = bisect_right(epoch_starts, step) - 1
            return step_decay(self.lr, epoch, self.step_size, self.gamma)
        rise_and_fall = {"triangle": triangle, "cosine": cosine}[self.schedule]
        # The share of all steps that is done. Times epochs and by epochs again, because the
        # recorded trainings did so: without it their losses differ in the last bit.
        progress = self.epochs * step / epoch_starts[-1] / self.epochs
        return rise_and_fall(self.lr, progress, self.warmup_fraction)

    def images_in(self, epoch: int, count: int) -> int:
        """How many of `count` training images an epoch sees; epochs are counted from 0."""
        # Rounded, since 0.27 * 60,000 is a little more than 16,200.
        return math.ceil(round(self.hard_fraction * count, 6)) if epoch else count

    @property
    def classes(self) -> int:
        """The network's outputs: ten digits, and "none of them" where it learns non-digits."""
        return 11 if self.non_digits else 10

    def with_changes(self, changes: dict[str, Any]) -> "Recipe":
        """This recipe with some fields set anew."""
        return replace(self, **changes)

    def changes_from(self, other: "Recipe") -> dict[str, tuple[Any, Any]]:
        """The fields in which they differ: this one's value and the other's."""
        names = [f.name for f in fields(self)]
        pairs = {name: (getattr(self, name), getattr(other, name)) for name in names}
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Recipe":
        """The recipe that a run's file holds, also under the names of earlier versions.

        What a file of an earlier version lacks has its default: a new field is made so that
        its default is how it was before.

        Raises:
            RecipeError: a field is unknown, as in a file of a later version.
        """
        values = {_EARLIER_NAMES.get(name, name): value for name, value in values.items()}
        unknown = set(values) - {f.name for f in fields(cls)}
        if unknown:
            names = ", ".join(sorted(map(str, unknown)))
            raise RecipeError(f"recipe has fields that this version does not know ({names})")
        return cls(**values)


# What files of earlier versions call a field.
_EARLIER_NAMES = {
    "peak": "warmup_fraction",
    "average": "ema_decay",
    "hardest": "hard_fraction",
    "middle": "crop_fraction",
    "hand": "distortion",
    "pen": "stroke_width",
    "ink": "blur",
    "ground": "background",
    "settle": "clean_tail",
}

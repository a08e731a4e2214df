"""Recipes: every number that decides what the trained network becomes.

A recipe is data. The command's flags are made from its fields, so a new
hyperparameter is one line here and its use in the loop.
"""

import math
from dataclasses import dataclass, field, fields, replace
from typing import Any

from digitnet.errors import RecipeError


def _hyperparameter(default: Any, help: str) -> Any:
    return field(default=default, metadata={"help": help})


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """The documented recipe: Adam, StepLR, 20 epochs, about 99.3 % on the test set.

    Measured figures, with seeds and machine: `benchmarks/README.md`.

    Raises:
        RecipeError: a value outside its range, named with the range.
    """

    epochs: int = _hyperparameter(20, "passes over the training set")
    batch_size: int = _hyperparameter(512, "images a step")
    lr: float = _hyperparameter(0.01, "learning rate of Adam at the start")
    step_size: int = _hyperparameter(15, "epochs between two cuts of the learning rate")
    gamma: float = _hyperparameter(0.1, "factor of each cut")
    dropout: float = _hyperparameter(0.2, "share of features dropped before the last convolution")
    seed: int = _hyperparameter(0, "seed of weights, order, dropout and holdout")
    holdout: int = _hyperparameter(
        0, "training images kept aside and evaluated in place of the test set"
    )

    def __post_init__(self) -> None:
        for name in ("epochs", "batch_size", "step_size"):
            self._require(name, getattr(self, name) >= 1, "at least 1")
        self._require("lr", math.isfinite(self.lr) and self.lr > 0, "a positive number")
        self._require("gamma", math.isfinite(self.gamma) and self.gamma > 0, "a positive number")
        self._require("dropout", 0 <= self.dropout < 1, "at least 0 and below 1")
        self._require("seed", 0 <= self.seed < 2**63, "from 0 to 2**63 - 1")
        self._require("holdout", self.holdout >= 0, "0 or more images")

    def _require(self, name: str, holds: bool, expected: str) -> None:
        if not holds:
            raise RecipeError(f"{name} is {getattr(self, name)}, expected {expected}")

    def lr_at(self, epoch: int) -> float:
        """Learning rate during `epoch` (from 0), as torch's StepLR gives it."""
        return self.lr * self.gamma ** (epoch // self.step_size)

    def with_changes(self, changes: dict[str, Any]) -> "Recipe":
        """This recipe with some fields set anew."""
        return replace(self, **changes)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Recipe":
        """The recipe that a run's file holds.

        Raises:
            RecipeError: a field is missing or unknown, as in a file of another version.
        """
        names = {f.name for f in fields(cls)}
        if set(values) != names:
            odd = ", ".join(sorted(set(values) ^ names))
            raise RecipeError(f"recipe has other fields than this version's ({odd})")
        return cls(**values)


RECIPES: dict[str, Recipe] = {"seed": Recipe()}

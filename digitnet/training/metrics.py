"""The figures of a training: what is reported of each step and each epoch."""

import math
from dataclasses import asdict, dataclass
from typing import Any

from torch import Tensor

from digitnet.errors import DivergedError


@dataclass(frozen=True)
class Step:
    """One step is done.

    epoch: from 0, unlike that of `Epoch`. step: from 0, within this epoch's `steps`. seen:
    images of this epoch so far. losses: of its steps so far, float32 [step + 1], nats, on the
    model's device.
    """

    epoch: int
    step: int
    steps: int
    seen: int
    losses: Tensor

    def mean_loss(self) -> float:
        """Mean loss of this epoch so far; waits for the device.

        Raises:
            DivergedError: a loss was not finite.
        """
        return mean_loss(self.epoch, self.losses)


def mean_loss(epoch: int, losses: Tensor) -> float:
    """Mean of an epoch's losses so far, float32 [steps]; waits for the device.

    Raises:
        DivergedError: a loss was not finite; names epoch and step, both counted from 1.
    """
    values = losses.tolist()
    for step, loss in enumerate(values):
        if not math.isfinite(loss):
            raise DivergedError(
                f"the loss is {loss} at epoch {epoch + 1}, step {step + 1}: "
                "training diverged; try a smaller --lr"
            )
    return sum(values) / len(values)


@dataclass(frozen=True)
class Epoch:
    """One epoch is done.

    epoch: from 1. evaluated: "test" or "holdout". Losses in nats, accuracies in [0, 1].
    train_s: seconds of its steps alone; evaluate_s: of the evaluation after them.
    """

    epoch: int
    lr: float
    train_loss: float
    train_accuracy: float
    evaluated: str
    loss: float
    accuracy: float
    train_s: float
    evaluate_s: float

    def to_row(self) -> dict[str, Any]:
        """One row of metrics, the evaluated part named in its columns."""
        row = asdict(self)
        evaluated = row.pop("evaluated")
        return {
            f"{evaluated}_{key}" if key in ("loss", "accuracy") else key: value
            for key, value in row.items()
        }

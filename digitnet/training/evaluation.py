"""How good a network is: exact counts over every image."""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from digitnet.training.fused import folded
from digitnet.training.model import DigitNet, normalise

BATCH_SIZE = 100  # a layer's maps of so many stay in a CPU's cache: 1000 take twice as long


@dataclass(frozen=True)
class Evaluation:
    """Counts over a whole set of images.

    loss: mean negative log-likelihood, nats.
    confusion: [10][10] counts; row is the true digit, column the predicted one.
    """

    loss: float
    confusion: tuple[tuple[int, ...], ...]

    @property
    def total(self) -> int:
        return sum(sum(row) for row in self.confusion)

    @property
    def correct(self) -> int:
        return sum(row[digit] for digit, row in enumerate(self.confusion))

    @property
    def accuracy(self) -> float:
        """Share of images read rightly, in [0, 1]."""
        return self.correct / self.total

    @property
    def interval(self) -> tuple[float, float]:
        """95 % confidence interval of the accuracy (Wilson), in [0, 1]."""
        return wilson_interval(self.correct, self.total)

    def digit_accuracy(self, digit: int) -> float | None:
        """Share of this digit's images read rightly; None where the set has none."""
        row = self.confusion[digit]
        return row[digit] / sum(row) if sum(row) else None

    def to_dict(self) -> dict[str, object]:
        """What `evaluate --json` prints and a run keeps; shares in [0, 1]."""
        return {
            "accuracy": self.accuracy,
            "interval": list(self.interval),
            "correct": self.correct,
            "total": self.total,
            "loss": self.loss,
            "digit_accuracy": [self.digit_accuracy(digit) for digit in range(10)],
            "confusion": [list(row) for row in self.confusion],
        }


def evaluate(
    model: DigitNet, images: Tensor, labels: Tensor, *, batch_size: int = BATCH_SIZE
) -> Evaluation:
    """Read every image, in float32 whatever the training precision, and count.

    images: uint8 [N, 1, 28, 28]; labels: int64 [N], 0 to 9; both on the model's device.
    The batch size bounds memory and does not change the counts.
    """
    return count(all_logits(model, images, batch_size=batch_size), labels)


def count(logits: Tensor, labels: Tensor) -> Evaluation:
    """What scores are worth. logits: float32 [N, classes], on the CPU; labels: int64 [N]."""
    truth = labels.cpu()
    loss = F.cross_entropy(logits, truth)
    # Of a network that also knows "no digit", the best of the ten digits counts.
    predictions = logits[:, :10].argmax(1)
    confusion = torch.bincount(truth * 10 + predictions, minlength=100).reshape(10, 10)
    return Evaluation(loss=loss.item(), confusion=tuple(tuple(row) for row in confusion.tolist()))


def all_logits(model: DigitNet, images: Tensor, *, batch_size: int = BATCH_SIZE) -> Tensor:
    """The scores of every image, in float32, on the CPU: float32 [N, classes].

    images: uint8 [N, 1, 28, 28], on the model's device. The batch size bounds memory alone.
    """
    network, parts = folded(model), []
    with torch.inference_mode():
        for start in range(0, len(images), batch_size):
            batch = normalise(images[start : start + batch_size].float() / 255)
            parts.append(network.logits(batch.contiguous(memory_format=torch.channels_last)).cpu())
    return torch.cat(parts)


def wilson_interval(correct: int, total: int) -> tuple[float, float]:
    """95 % confidence interval of a share, both ends in [0, 1] (Wilson 1927)."""
    z = 1.959964
    share = correct / total
    scale = 1 + z * z / total
    centre = (share + z * z / (2 * total)) / scale
    half = z / scale * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    return max(0.0, centre - half), min(1.0, centre + half)

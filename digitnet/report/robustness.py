"""How a network does on corrupted digits."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch

from digitnet.report.corruptions import CORRUPTIONS, corrupted
from digitnet.training.data.dataset import Dataset
from digitnet.training.evaluation import Evaluation, evaluate
from digitnet.training.model import DigitNet


@dataclass(frozen=True)
class Robustness:
    """Accuracy on one kind of corruption."""

    kind: str
    evaluation: Evaluation


def robustness(model: DigitNet, dataset: Dataset, most: int | None = None) -> Iterator[Robustness]:
    """Every corruption of the test images, one after another; of the first `most` alone."""
    images, labels = dataset.eval_images[:most], dataset.eval_labels[:most]
    for kind in CORRUPTIONS:
        changed = torch.from_numpy(corrupted(images[:, 0].cpu().numpy(), kind))
        changed = changed.unsqueeze(1).to(images.device)
        yield Robustness(kind, evaluate(model, changed, labels))


def mean_accuracy(found: list[Robustness]) -> float:
    """Mean over the kinds, in [0, 1]."""
    return sum(r.evaluation.accuracy for r in found) / len(found)

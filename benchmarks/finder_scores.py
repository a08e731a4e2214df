"""How well a finder that is being tried finds and reads what stands on tiles kept aside."""

import numpy as np
import torch
import torch.nn.functional as F

from digitnet.training.finder.loss import FinderTargets, finder_loss
from digitnet.training.finder.model import CLASSES
from digitnet.training.finder.tiles import Batch

SCORE = 0.5  # a digit is found where its score is a peak above it
NO_DIGIT = CLASSES - 1
FEW_MARKS = 4  # fewer say too little of how a tile is turned


def middles(targets: FinderTargets) -> tuple[torch.Tensor, torch.Tensor]:
    """Cells of digits and of other marks that the finder must know, bool [N, n, n], in upright
    tiles; of turned ones no class is known."""
    asked = (targets.heat > 0.999) & (targets.heat_weight > 0)
    digit = asked & (targets.classes >= 0) & (targets.classes < NO_DIGIT)
    return digit, asked & (targets.classes == NO_DIGIT)


def counts(aside: list[Batch]) -> dict[str, int]:
    both = [middles(targets) for _, targets in aside]
    return {
        "tiles": sum(len(pictures) for pictures, _ in aside),
        "digits": sum(int(digit.sum()) for digit, _ in both),
        "others": sum(int(other.sum()) for _, other in both),
    }


@torch.no_grad()
def evaluate(network: torch.nn.Module, aside: list[Batch], device: torch.device) -> dict:
    """The mean loss, and shares in percent, on tiles kept aside.

    recall: digits with a find in a cell beside at most. precision: finds with a digit there.
    read: digits whose class is right at their true middle. refused: other marks without a find.
    turn: tiles of a few marks whose turn is told right.
    """
    network.eval()
    losses, found, wrong, read, refused, turns = [], 0, 0, 0, 0, []
    for pictures, targets in aside:
        maps = network(pictures.to(device)).float().cpu()
        losses.append(float(finder_loss(maps, targets)))
        classes = maps[:, 5 : 5 + CLASSES]
        score = torch.sigmoid(maps[:, 0]) * (1 - classes.softmax(1)[:, NO_DIGIT])
        upright = (targets.turns == 0)[:, None, None]
        finds = (score == widened(score)) & (score > SCORE) & upright
        near_find = widened(finds.float()) > 0
        digit, other = middles(targets)
        found += int((digit & near_find).sum())
        apart = finds & ~(widened(digit.float()) > 0)
        wrong += int((apart & (targets.heat_weight > 0)).sum())
        read += int((digit & (classes[:, :NO_DIGIT].argmax(1) == targets.classes)).sum())
        refused += int((other & ~near_find).sum())
        asked = (targets.heat > 0.999) & (targets.heat_weight > 0)
        for logits, marks, turn in zip(maps[:, 5 + CLASSES :], asked, targets.turns, strict=True):
            if marks.sum() >= FEW_MARKS:
                told = logits.log_softmax(0)[:, marks].sum(1).argmax()
                turns.append(bool(told == turn))
    number = counts(aside)
    return {
        "loss": round(float(np.mean(losses)), 4),
        "recall": percent(found, number["digits"]),
        "precision": percent(found, found + wrong),
        "read": percent(read, number["digits"]),
        "refused": percent(refused, number["others"]),
        "turn": percent(sum(turns), len(turns)),
    }


def widened(values: torch.Tensor) -> torch.Tensor:
    """Of each cell and the eight around it the largest."""
    return F.max_pool2d(values[:, None], 3, 1, 1)[:, 0]


def percent(part: int, whole: int) -> float:
    return round(100 * part / max(1, whole), 2)

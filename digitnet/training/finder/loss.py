"""What the finder is trained to: middles, classes, boxes and turns, in one loss."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from digitnet.training.finder.model import CLASSES, TURNS

_BOX_WEIGHT = 0.5  # a box need only be good enough to tell neighbours apart
_TURN_WEIGHT = 0.15  # one mark tells little of the turn; a page sums many
_NEAR = 0.2  # cells that know of their mark's box, as in targets.py
_SMOOTHING = 0.02  # some labels of MNIST are wrong


@dataclass(frozen=True, eq=False)
class FinderTargets:
    """A batch's, n x n cells: see `digitnet.training.pages.targets`.

    heat, heat_weight: float32 [N, n, n]; classes: int64 [N, n, n]; boxes: float32 [N, 4, n, n];
    turns: int64 [N].
    """

    heat: Tensor
    heat_weight: Tensor
    classes: Tensor
    boxes: Tensor
    turns: Tensor

    def to(self, device: torch.device) -> "FinderTargets":
        return FinderTargets(*(t.to(device, non_blocking=True) for t in vars(self).values()))


def finder_loss(maps: Tensor, targets: FinderTargets) -> Tensor:
    """maps: float [N, 20, n, n], as the network gives them; returns the mean loss, a scalar.

    Middles: the focal loss of CenterNet (Zhou et al. 2019), a mean over marks. Classes and
    boxes: around the middles, weighted by how near.
    """
    maps = maps.float()
    odds, boxes = maps[:, 0], maps[:, 1:5]
    classes = maps[:, 5 : 5 + CLASSES]
    turns = maps[:, 5 + CLASSES :]
    share = torch.sigmoid(odds)
    middles = (targets.heat > 0.999).float() * targets.heat_weight
    count = middles.sum().clamp(min=8)  # tiles without any mark still have a mean
    missed = middles * (1 - share) ** 2 * F.logsigmoid(odds)
    elsewhere = (1 - middles) * targets.heat_weight * (1 - targets.heat) ** 4
    found = elsewhere * share**2 * F.logsigmoid(-odds)
    middle_loss = -(missed + found).sum() / count

    # Cells of words and scribbles have no bell: they count little, but they count.
    near = targets.heat.clamp(min=0.02) * (targets.classes >= 0)
    class_losses = F.cross_entropy(
        classes, targets.classes, ignore_index=-1, reduction="none", label_smoothing=_SMOOTHING
    )
    class_loss = (class_losses * near).sum() / near.sum().clamp(min=8)

    on_mark = targets.heat * (targets.heat > _NEAR)
    box_losses = F.smooth_l1_loss(boxes, targets.boxes, reduction="none", beta=0.1).sum(1)
    box_loss = (box_losses * on_mark).sum() / on_mark.sum().clamp(min=8)

    turn_labels = targets.turns[:, None, None].expand_as(targets.heat)
    turn_losses = F.cross_entropy(turns, turn_labels, reduction="none")
    # Every turn counts the same, so that the sum over a page's marks has no bias to upright.
    turned = F.one_hot(targets.turns, TURNS).float()
    counts = middles.sum((1, 2)) @ turned
    by_turn = (middles * turn_losses).sum((1, 2)) @ turned
    turn_loss = (by_turn / counts.clamp(min=8)).sum() / TURNS

    return middle_loss + class_loss + _BOX_WEIGHT * box_loss + _TURN_WEIGHT * turn_loss

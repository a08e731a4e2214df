"""A network that several processes train together, each on its share of every batch.

PyTorch's DistributedDataParallel takes the mean of the gradients; what it leaves open is here:
BatchNorm and dropout over the whole batch, and shares of unequal size.
"""

import warnings
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn

from digitnet.training.dropout import Dropout
from digitnet.training.synced_norm import SyncedNorm


class ScaledGradient(torch.autograd.Function):
    """The values as they are, their gradient times a factor."""

    @staticmethod
    def forward(context: Any, values: Tensor, factor: float) -> Tensor:
        context.factor = factor
        return values.view_as(values)

    @staticmethod
    def backward(context: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        return gradients[0] * context.factor, None


class DdpModel(nn.Module):
    """Calls the network on this process's share; backward gives the whole batch's gradient.

    The loss must be a mean over the share's examples, and the network's output one tensor.
    """

    def __init__(self, model: nn.Module):
        """model: its BatchNorm layers are replaced by `SyncedNorm` of the same tensors."""
        super().__init__()
        from torch.nn.parallel import DistributedDataParallel

        for parent in list(model.modules()):
            for name, norm in list(parent.named_children()):
                if isinstance(norm, nn.BatchNorm2d) and not isinstance(norm, SyncedNorm):
                    setattr(parent, name, SyncedNorm.of(norm))
        self.dropouts = [layer for layer in model.modules() if isinstance(layer, Dropout)]
        with warnings.catch_warnings():
            # PyTorch 2.14 renames this argument to one that older versions do not know.
            warnings.simplefilter("ignore", FutureWarning)
            # BatchNorm's statistics are the same in all; nothing is to be sent for them.
            self.model = DistributedDataParallel(model, broadcast_buffers=False)

    def forward(self, inputs: Tensor) -> Tensor:
        """inputs: this process's share of a batch, [n, ...]; returns the network's output."""
        counts = [torch.zeros((), dtype=torch.int64) for _ in range(dist.get_world_size())]
        dist.all_gather(counts, torch.tensor(len(inputs)))
        sizes = [int(count) for count in counts]
        for dropout in self.dropouts:
            dropout.rows = (sum(sizes[: dist.get_rank()]), sum(sizes))
        # The mean over processes of these is the gradient of the whole batch's mean loss.
        factor = len(inputs) * len(sizes) / sum(sizes)
        outputs: Tensor = ScaledGradient.apply(self.model(inputs), factor)
        return outputs

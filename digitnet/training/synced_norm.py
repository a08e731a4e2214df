"""BatchNorm over a whole batch that several processes share; on a CPU, too.

PyTorch's own SyncBatchNorm works on GPUs alone.
"""

from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn


class Gathered(torch.autograd.Function):
    """A tensor [n] of each process -> all of them, [processes, n], in every process."""

    @staticmethod
    def forward(_: Any, own: Tensor) -> Tensor:
        parts = [torch.empty_like(own) for _ in range(dist.get_world_size())]
        dist.all_gather(parts, own.contiguous())
        return torch.stack(parts)

    @staticmethod
    def backward(_: Any, *gradients: Tensor) -> Tensor:
        # Each process made something of this one's part; its gradient is the sum of theirs.
        total = gradients[0].contiguous().clone()
        dist.all_reduce(total)
        return total[dist.get_rank()]


def merged(means: Tensor, squares: Tensor, counts: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and variance, float [C] each, of parts whose own are known (Chan et al. 1979).

    E[x^2] - E[x]^2 would lose all digits where the mean is large beside the deviation.

    means: float [parts, C]; squares: float [parts, C], sums of squared distances to the part's
    own mean; counts: float [parts, 1], how many values.
    """
    total = counts.sum()
    mean = (means * counts).sum(0) / total
    return mean, (squares + counts * (means - mean) ** 2).sum(0) / total


class SyncedNorm(nn.BatchNorm2d):
    """BatchNorm over the whole batch, however it is shared."""

    @classmethod
    def of(cls, norm: nn.BatchNorm2d) -> "SyncedNorm":
        """With the parameters and statistics of `norm`: the same tensors."""
        synced = cls(norm.num_features, norm.eps, norm.momentum)
        synced._parameters, synced._buffers = norm._parameters, norm._buffers
        return synced.train(norm.training)

    def forward(self, features: Tensor) -> Tensor:
        """features: float [N, C, H, W]; returns the same shape."""
        if not self.training or self.momentum is None or self.running_mean is None:
            return super().forward(features)
        assert self.running_var is not None
        assert self.num_batches_tracked is not None
        values = features.float()
        own_mean = values.mean((0, 2, 3))
        own_squares = ((values - own_mean[:, None, None]) ** 2).sum((0, 2, 3))
        own_count = torch.tensor([values.numel() / self.num_features], device=values.device)
        parts: Tensor = Gathered.apply(torch.cat([own_mean, own_squares, own_count]))
        sizes = [self.num_features, self.num_features, 1]
        means, squares, counts = torch.split(parts, sizes, dim=1)
        mean, variance = merged(means, squares, counts)
        with torch.no_grad():
            unbiased = variance * counts.sum() / (counts.sum() - 1)
            self.running_mean.lerp_(mean, self.momentum)
            self.running_var.lerp_(unbiased, self.momentum)
            self.num_batches_tracked += 1
        scale = self.weight * torch.rsqrt(variance + self.eps)
        centred = values - mean[:, None, None]
        normed: Tensor = centred * scale[:, None, None] + self.bias[:, None, None]
        return normed.to(features.dtype)

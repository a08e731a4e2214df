"""One training by several processes, on one machine or more, as `torchrun` starts them.

PyTorch's DistributedDataParallel sums the gradients; the batch, the learning rate and the
random numbers are those of one process, each of which works on its rows of every batch.
"""

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn

from digitnet.errors import RunError
from digitnet.training.model import DigitNet

# A process that is gone is noticed at once; one that hangs, after this long.
_PATIENCE = timedelta(minutes=5)


@dataclass(frozen=True)
class Processes:
    """How many there are, and which one this is."""

    rank: int = 0
    count: int = 1

    @property
    def several(self) -> bool:
        return self.count > 1

    def rows(self, total: int) -> slice:
        """Which rows of a batch are this process's: as many as the others', or one more."""
        share, left = divmod(total, self.count)
        start = self.rank * share + min(self.rank, left)
        return slice(start, start + share + (self.rank < left))

    def sum(self, values: Tensor) -> Tensor:
        """The values, added up over all processes; no gradient passes."""
        if self.several:
            dist.all_reduce(values)
        return values

    def agreed(self, signal: int | None) -> int | None:
        """The signal that any process was sent: all stop at the same step."""
        if not self.several:
            return signal
        found = torch.tensor(signal or 0)
        dist.all_reduce(found, op=dist.ReduceOp.MAX)
        return int(found) or None

    def divided(self, model: DigitNet) -> nn.Module:
        """`model`, for this process's rows of a batch: gradients are summed over all."""
        if not self.several:
            return model
        for name, norm in list(model.named_children()):
            if isinstance(norm, nn.BatchNorm2d) and not isinstance(norm, SyncedNorm):
                setattr(model, name, SyncedNorm.of(norm))
        from torch.nn.parallel import DistributedDataParallel

        # BatchNorm's statistics are the same in all; nothing is to be sent for them.
        with warnings.catch_warnings():
            # PyTorch 2.14 renames this argument to one that older versions do not know.
            warnings.simplefilter("ignore", FutureWarning)
            return DistributedDataParallel(model, broadcast_buffers=False)


ALONE = Processes()


@contextmanager
def joined(device: torch.device) -> Iterator[Processes]:
    """The processes that torchrun started; this one alone where it did not.

    Raises:
        RunError: another process ended, or could not be reached.
    """
    if int(os.environ.get("WORLD_SIZE", "1")) < 2:
        yield ALONE
        return
    try:
        if device.type == "cuda":
            torch.cuda.set_device(device)
        # What is agreed on lies on the CPU, also where gradients do not.
        engines = "cpu:gloo,cuda:nccl" if device.type == "cuda" else "gloo"
        dist.init_process_group(engines, timeout=_PATIENCE)
        yield Processes(dist.get_rank(), dist.get_world_size())
        dist.barrier()  # none leaves before the first has written what it has to
    except (dist.DistError, RuntimeError) as error:
        # gloo's errors are plain RuntimeErrors that speak of connections.
        words = ("gloo", "Connection", "peer", "NCCL", "timed out", "timeout", "ProcessGroup")
        if any(word in str(error) for word in words):
            raise RunError(
                "another process of this training ended or cannot be reached; "
                "start them again with --resume and the run folder, as many as you like"
            ) from error
        raise
    finally:
        if dist.is_initialized():
            dist.destroy_process_group()


class Summed(torch.autograd.Function):
    """A tensor, added up over all processes; so are the gradients of what each made of it."""

    @staticmethod
    def forward(_: Any, own: Tensor) -> Tensor:
        total = own.clone()
        dist.all_reduce(total)
        return total

    @staticmethod
    def backward(_: Any, *gradients: Tensor) -> Tensor:
        total = gradients[0].contiguous().clone()
        dist.all_reduce(total)
        return total


class SyncedNorm(nn.BatchNorm2d):
    """BatchNorm over the whole batch, however it is divided; for a CPU, too.

    PyTorch's own SyncBatchNorm works on GPUs alone.
    """

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
        own = torch.tensor([values.numel() / self.num_features], device=values.device)
        dims = (0, 2, 3)
        sums = torch.cat([values.sum(dims), (values * values).sum(dims), own])
        total: Tensor = Summed.apply(sums)
        mean, square = total[:-1].view(2, -1) / total[-1]
        variance = square - mean * mean
        with torch.no_grad():
            unbiased = variance * total[-1] / (total[-1] - 1)
            self.running_mean.lerp_(mean, self.momentum)
            self.running_var.lerp_(unbiased, self.momentum)
            self.num_batches_tracked += 1
        scale = self.weight * torch.rsqrt(variance + self.eps)
        shift = self.bias - mean * scale
        normed: Tensor = values * scale[:, None, None] + shift[:, None, None]
        return normed.to(features.dtype)

"""One training by several processes, on one machine or more, as `torchrun` starts them.

The batch, the learning rate and the random numbers are those of one process: each makes the
whole batch, augmented, and trains on its own rows of it.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import torch
import torch.distributed as dist
from torch import Tensor, nn

from digitnet.errors import RunError

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
        """The values, added up over all processes, in place; no gradient passes."""
        if self.several:
            dist.all_reduce(values)
        return values

    def any_signal(self, signal: int | None) -> int | None:
        """The signal that any process was sent: all stop at the same step."""
        if not self.several:
            return signal
        found = torch.tensor(signal or 0)
        dist.all_reduce(found, op=dist.ReduceOp.MAX)
        return int(found) or None

    def ddp_model(self, model: nn.Module) -> nn.Module:
        """What to call in place of `model`, for this process's share of a batch.

        Alone, `model` itself. Of several, a wrapper that trains `model`, whose BatchNorm layers
        it replaces.
        """
        if not self.several:
            return model
        from digitnet.training.ddp_model import DdpModel

        return DdpModel(model)


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
        # Signals and the sizes of shares are exchanged on the CPU, gradients where they lie.
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

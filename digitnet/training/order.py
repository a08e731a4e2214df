"""In which order an epoch sees the images, and a seed for each moment of a run.

Both are functions of seed, epoch and step alone, so that a training that goes on needs no
state of a random number generator.
"""

import hashlib

import torch
from torch import Tensor


def epoch_order(seed: int, epoch: int, count: int) -> Tensor:
    """int64 [count]: the order in which this epoch sees the images."""
    generator = torch.Generator().manual_seed(seed_at(seed, epoch, -1))
    return torch.randperm(count, generator=generator)


def hardest(order: Tensor, image_losses: Tensor, count: int) -> Tensor:
    """Of an order of all images, int64 [N], the `count` of largest loss, in that order."""
    kept = torch.zeros_like(image_losses, dtype=torch.bool)
    kept[image_losses.topk(count).indices] = True
    return order[kept[order]]


def seed_at(seed: int, epoch: int, step: int) -> int:
    """A seed for one moment of one run; hashed, since a CPU's generator takes few bits of it."""
    digest = hashlib.blake2b(f"{seed}/{epoch}/{step}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big")

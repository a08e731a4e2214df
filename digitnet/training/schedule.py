"""Learning rate schedules: the rate at each moment of a training, as plain functions.

`Recipe.lr_at` calls them before each step. progress: share of the training that is done, from
0 to 1.
"""

import math

# A new one is a function and a name here, and an entry in `Recipe.lr_at`.
SCHEDULES = ("step", "triangle", "cosine")


def step_decay(lr: float, epoch: int, step_size: int, gamma: float) -> float:
    """PyTorch's StepLR: `lr` times `gamma` after every `step_size` epochs, counted from 0."""
    return lr * gamma ** (epoch // step_size)


def triangle(lr: float, progress: float, warmup_fraction: float) -> float:
    """From a fifth of `lr` up to it at `warmup_fraction`, then down to 0, in straight lines."""
    if progress < warmup_fraction:
        return lr * (0.2 + 0.8 * progress / warmup_fraction)
    return lr * (1 - progress) / (1 - warmup_fraction)


def cosine(lr: float, progress: float, warmup_fraction: float) -> float:
    """From 0 up to `lr` at `warmup_fraction` in a straight line, then down to 0 as a cosine."""
    if progress < warmup_fraction:
        return lr * progress / warmup_fraction
    falling = (progress - warmup_fraction) / (1 - warmup_fraction)
    return lr * 0.5 * (1 + math.cos(math.pi * falling))

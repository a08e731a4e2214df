"""The moving average of a network while it trains (EMA)."""

import copy

import torch
from torch import Tensor, nn


class MovingAverage:
    """The exponential moving average of a network's weights and statistics.

    module: the averaged network; with decay 0, the network itself.
    """

    def __init__(self, model: nn.Module, decay: float):
        """decay: how much of the average each update keeps, in [0, 1)."""
        self.decay = decay
        self.module = copy.deepcopy(model) if decay else model

    def weight_at(self, step: int) -> float:
        """How far an update moves the average towards the model: in the first steps further
        than `decay` says, so that the random weights of the start are soon forgotten.

        step: how many steps were done before this one.
        """
        return 1 - min(self.decay, (1 + step) / (10 + step))

    def update(self, model: nn.Module, weight: float | Tensor) -> None:
        """Move the average towards the model by `weight`, in [0, 1]; a tensor has no dimension."""
        if self.module is model:
            return
        with torch.no_grad():
            pairs = zip(self.module.state_dict().values(), model.state_dict().values(), strict=True)
            for average, new in pairs:
                if average.is_floating_point():
                    average.lerp_(new, weight)
                else:  # BatchNorm's count of batches
                    average.copy_(new)

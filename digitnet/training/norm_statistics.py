"""BatchNorm's statistics, taken anew where a training was too short for them to settle."""

import copy
from typing import TypeVar

import torch
from torch import Tensor, nn

from digitnet.training.data.dataset import Dataset
from digitnet.training.model import DigitNet, normalise
from digitnet.training.state import TrainingState

Network = TypeVar("Network", bound=nn.Module)

# BatchNorm's running averages follow the weights with a delay of some ten steps, which matters
# while the weights move fast. On the embedded sample, 48 steps into the described recipe, 94 % of
# the training images are read rightly in training and 64 % of others in evaluation; with
# statistics taken anew 94 %. It evens out when the learning rate falls, there after 120 steps
# (benchmarks/results/sample-statistics.json). On all of MNIST 200 steps are less than two epochs.
_SETTLED_STEPS = 200

# Enough for statistics, and a second's work.
_MOST_IMAGES, _BATCH = 4000, 500


def trained_network(state: TrainingState, dataset: Dataset) -> DigitNet:
    """The network to evaluate and to save.

    That is `state.result`, or in the first 200 steps a copy of it whose BatchNorm has fresh
    statistics. The described recipe has 2,360 steps on MNIST: it ends with `state.result`.
    The state is left as it is, so that losses do not change.
    """
    if state.step >= _SETTLED_STEPS:
        return state.result
    return with_fresh_statistics(state.result, dataset.train_images)


def with_fresh_statistics(model: Network, images: Tensor) -> Network:
    """A copy of `model` whose BatchNorm has the mean statistics of batches of `images`.

    images: uint8 [N, 1, 28, 28], on the model's device; some thousands of them are taken.
    """
    model = copy.deepcopy(model)
    norms = [layer for layer in model.modules() if isinstance(layer, nn.BatchNorm2d)]
    momenta = [norm.momentum for norm in norms]
    model.eval()
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # the plain mean over batches
        norm.train()
    # Every so many-th image, so that a batch has all digits also where they are in order.
    images = images[:: -(-len(images) // _MOST_IMAGES)]
    parts = -(-len(images) // _BATCH)
    with torch.no_grad():
        for part in range(parts):
            batch = normalise(images[part::parts].float() / 255)
            model(batch.contiguous(memory_format=torch.channels_last))
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum
    return model.eval()

"""What the digit network is fed at each step: which images, changed in which way.

Order and random numbers are functions of seed, epoch and step alone, so that a training that
goes on needs no state of a random number generator.
"""

import hashlib
import math
from itertools import accumulate

import torch
from torch import Tensor

from digitnet.errors import RecipeError
from digitnet.training.augment import AUGMENTATIONS, augment
from digitnet.training.model import normalise
from digitnet.training.processes import ALONE, Processes
from digitnet.training.recipe import Recipe

# The digit itself is in the central 20x20 pixels.
_CROP = 2  # pixels cut off on each side


class DigitBatches:
    """The batches of a whole training, by the number of the step.

    epoch_starts: the first step of each epoch, and at the end the number of all steps.
    """

    def __init__(
        self,
        recipe: Recipe,
        images: Tensor,
        labels: Tensor,
        image_losses: Tensor | None = None,
        processes: Processes = ALONE,
    ):
        """images: uint8 [N, 1, 28, 28]; labels: int64 [N]; image_losses: float32 [N], written
        in the first epoch and read in later ones, where the recipe wants the hard images.
        processes: of which each gets its share of every batch.

        Raises:
            RecipeError: some batch has fewer images than there are processes.
        """
        self.recipe, self.processes = recipe, processes
        self.images, self.labels, self.image_losses = images, labels, image_losses
        seen = [recipe.images_in(epoch, len(images)) for epoch in range(recipe.epochs)]
        steps = [math.ceil(count / recipe.batch_size) for count in seen]
        self.epoch_starts = [0, *accumulate(steps)]
        self._epoch, self._order = -1, torch.empty(0)
        smallest = min((count - 1) % recipe.batch_size + 1 for count in seen)
        if processes.count > smallest:
            raise RecipeError(
                f"the last batch of an epoch has {smallest} images for {processes.count} "
                "processes; take fewer processes or another --batch-size"
            )

    def __len__(self) -> int:
        return self.epoch_starts[-1]

    def __getitem__(self, step: int) -> tuple[Tensor, Tensor]:
        """Images, float32 [n, 1, H, W], normalised, and labels, int64 [n], of this process.

        Seeds PyTorch's global generator, for augmentation here and for dropout after it.
        """
        indices = self.indices(step)
        epoch = self.epoch_of(step)
        torch.manual_seed(seed_at(self.recipe.seed, epoch, step - self.epoch_starts[epoch]))
        images = augment(self.images[indices].float() / 255, **self._strengths(step))
        if step < self.recipe.crop_fraction * len(self):
            images = images[:, :, _CROP:-_CROP, _CROP:-_CROP]
        own = self.processes.rows(len(indices))
        images = normalise(images)[own].contiguous(memory_format=torch.channels_last)
        return images, self.labels[indices][own]

    def epoch_of(self, step: int) -> int:
        """The epoch, counted from 0, that a step belongs to."""
        return next(e for e, end in enumerate(self.epoch_starts[1:]) if step < end)

    def indices(self, step: int) -> Tensor:
        """int64 [N]: which images all processes see at a step."""
        epoch, recipe = self.epoch_of(step), self.recipe
        if epoch != self._epoch:
            order = epoch_order(recipe.seed, epoch, len(self.images)).to(self.images.device)
            if epoch > 0 and self.image_losses is not None:
                order = hardest(order, self.image_losses, recipe.images_in(epoch, len(order)))
            self._epoch, self._order = epoch, order
        first = (step - self.epoch_starts[epoch]) * recipe.batch_size
        return self._order[first : first + recipe.batch_size]

    def keep_losses(self, step: int, log_probs: Tensor, labels: Tensor) -> None:
        """Note the loss of each image of a step of the first epoch, if the recipe needs it.

        log_probs: float32 [n, classes]; labels: int64 [n]; both of this process.
        """
        if self.image_losses is None or step >= self.epoch_starts[1]:
            return
        indices = self.indices(step)
        losses = torch.zeros(len(indices), device=log_probs.device)
        own = self.processes.rows(len(indices))
        losses[own] = -log_probs.detach().gather(1, labels[:, None])[:, 0]
        self.image_losses[indices] = self.processes.sum(losses)

    def _strengths(self, step: int) -> dict[str, float]:
        """How far `augment` changes the images of a step."""
        strengths = {name: getattr(self.recipe, name) for name in AUGMENTATIONS}
        if step < (1 - self.recipe.clean_tail) * len(self):
            return strengths
        # Digits as MNIST has them, but still on other paper where the recipe wants that.
        return {"background": strengths["background"]}


def epoch_order(seed: int, epoch: int, count: int) -> Tensor:
    """int64 [count]: the order in which this epoch sees the images."""
    generator = torch.Generator().manual_seed(seed_at(seed, epoch, -1))  # no step's number
    return torch.randperm(count, generator=generator)


def hardest(order: Tensor, image_losses: Tensor, count: int) -> Tensor:
    """The `count` images of largest loss, int64 [count], in the order that is given.

    order: int64 [N], of all images; image_losses: float32 [N], by the images' own numbers.
    """
    kept = torch.zeros_like(image_losses, dtype=torch.bool)
    kept[image_losses.topk(count).indices] = True
    return order[kept[order]]


def seed_at(seed: int, epoch: int, step: int) -> int:
    """A seed for one step of one epoch; hashed, since a CPU's generator takes few bits of it."""
    digest = hashlib.blake2b(f"{seed}/{epoch}/{step}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big")

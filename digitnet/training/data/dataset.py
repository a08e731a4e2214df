"""Images and labels in memory: what is trained on, and what is evaluated."""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from digitnet.errors import DataError


@dataclass(frozen=True, eq=False)
class Dataset:
    """Images and labels in memory, on one device.

    train_images, eval_images: uint8 [N, 1, 28, 28]; labels: int64 [N], 0 to 9, and 10 for
        made-up non-digits in the training part.
    evaluated: what the eval part is, "test" or "holdout".
    source: where the files were found, for people.
    fingerprint: SHA-256 over the files' own; equal only for equal data.
    notice: what must be said of this data wherever its results are shown.
    """

    train_images: Tensor
    train_labels: Tensor
    eval_images: Tensor
    eval_labels: Tensor
    source: str
    fingerprint: str
    evaluated: str = "test"
    notice: str | None = None

    def to(self, device: torch.device) -> "Dataset":
        """The same data on another device."""
        return replace(
            self,
            train_images=self.train_images.to(device),
            train_labels=self.train_labels.to(device),
            eval_images=self.eval_images.to(device),
            eval_labels=self.eval_labels.to(device),
        )

    def with_non_digits(self, count: int, seed: int) -> "Dataset":
        """Add `count` made-up pictures of no digit to the training images, labelled 10."""
        if count == 0:
            return self
        # Only recipes that need it draw, and drawing needs OpenCV.
        from digitnet.training.data.non_digits import make_non_digits

        drawn = make_non_digits(
            count, self.train_images[:, 0].numpy(), self.train_labels.numpy(), seed
        )
        return replace(
            self,
            train_images=torch.cat([self.train_images, torch.from_numpy(drawn).unsqueeze(1)]),
            train_labels=torch.cat([self.train_labels, torch.full((count,), 10)]),
        )

    def with_other_hands(self, count: int, seed: int) -> "Dataset":
        """Add `count` made-up digits and letters of other people's hands, letters labelled 10."""
        if count == 0:
            return self
        from digitnet.training.data.other_hands import make_other_hands

        images, labels = make_other_hands(count, seed)
        return replace(
            self,
            train_images=torch.cat([self.train_images, torch.from_numpy(images).unsqueeze(1)]),
            train_labels=torch.cat([self.train_labels, torch.from_numpy(labels)]),
        )

    def with_holdout(self, count: int, seed: int) -> "Dataset":
        """Keep `count` training images aside, in place of the test set, for making choices.

        Which ones depends on the seed alone.

        Raises:
            DataError: fewer than one image would be left to train on.
        """
        if count == 0:
            return self
        total = len(self.train_images)
        if count >= total:
            raise DataError(f"holdout is {count}, expected fewer than the {total} training images")
        order = torch.randperm(total, generator=torch.Generator().manual_seed(seed))
        kept, trained = order[:count], order[count:]
        return replace(
            self,
            train_images=self.train_images[trained],
            train_labels=self.train_labels[trained],
            eval_images=self.train_images[kept],
            eval_labels=self.train_labels[kept],
            evaluated="holdout",
        )

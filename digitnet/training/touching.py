"""The network that reads digits which touch, and its training.

Where digits touch, no cut gives each of them whole: they share ink. This network looks at
the whole strip and says for every two columns which digit begins or ends there. Where in
its columns a digit stands, nobody tells it (CTC: Graves et al. 2006).
"""

import copy
from collections.abc import Iterator
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from digitnet.mnist_format import SIZE
from digitnet.training.augment import augment
from digitnet.training.batches import epoch_order, seed_at
from digitnet.training.model import normalise

BLANK = 11  # class of columns where nothing new stands; 0 to 9 are digits, 10 is no digit

_BATCH = 256
_LR = 8e-3
_AVERAGE = 0.998  # memory of the moving average of weights that is the result
_LARGEST_GRADIENT = 5.0
_PEN = _INK = 0.6  # as the recipe "reading"


class StripNet(nn.Sequential):
    """Strips of digits -> log-probabilities of 12 classes for every two columns."""

    def __init__(self, *layers: nn.Module) -> None:
        """layers: those of a network whose BatchNorm was folded; else a new network's."""

        def block(into: int, out: int) -> list[nn.Module]:
            return [
                nn.Conv2d(into, out, 3, padding=1, bias=False),
                nn.BatchNorm2d(out),
                nn.ReLU(),
            ]

        fresh = [
            *block(1, 16),
            *block(16, 16),
            nn.MaxPool2d(2),
            *block(16, 32),
            *block(32, 48),
            nn.MaxPool2d((2, 1)),
            *block(48, 64),
            *block(64, 64),
            nn.Conv2d(64, 96, (SIZE // 4, 3), padding=(0, 1), bias=False),
            nn.BatchNorm2d(96),
            nn.ReLU(),
            nn.Conv2d(96, 96, (1, 5), padding=(0, 2), bias=False),
            nn.BatchNorm2d(96),
            nn.ReLU(),
            nn.Conv2d(96, BLANK + 1, 1),
        ]
        super().__init__(*(layers or fresh))

    def forward(self, images: Tensor) -> Tensor:
        """images: float32 [N, 1, 28, W], normalised; returns float32 [N, W / 2, 12]."""
        scores: Tensor = super().forward(images)[:, :, 0]  # type: ignore[no-untyped-call]
        scores = scores.transpose(1, 2)
        return F.log_softmax(scores.float(), dim=2)


@dataclass(frozen=True)
class StripEpoch:
    """One epoch is done. loss: mean, nats; accuracy: share of held-back strips all right."""

    epoch: int
    loss: float
    accuracy: float


def train_touching(
    model: StripNet,
    strips: tuple[Tensor, Tensor],
    held_back: tuple[Tensor, Tensor],
    *,
    epochs: int,
    seed: int,
    precision: torch.dtype,
) -> Iterator[StripEpoch]:
    """Train `model`, yielding after each epoch; its weights are then the moving average.

    strips, held_back: uint8 [N, 1, 28, W] and int64 [N, 4], -1 after an answer's end.
    """
    images, answers = strips
    lengths = (answers >= 0).sum(1)
    steps = len(images) // _BATCH
    running = copy.deepcopy(model)
    optimizer = torch.optim.AdamW(
        running.parameters(), lr=_LR, betas=(0.8, 0.95), weight_decay=0.01, fused=True
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, _LR, total_steps=max(2, steps * epochs), pct_start=0.2
    )
    for epoch in range(epochs):
        running.train()
        order = epoch_order(seed, epoch, len(images))
        total = torch.zeros(())
        for step in range(steps):
            torch.manual_seed(seed_at(seed, epoch, step))
            batch = order[step * _BATCH : (step + 1) * _BATCH]
            batch_images = augment(images[batch].float() / 255, stroke_width=_PEN, blur=_INK)
            batch_images = normalise(batch_images).contiguous(memory_format=torch.channels_last)
            with torch.autocast("cpu", precision, enabled=precision != torch.float32):
                log_probs = running(batch_images)
            frames = torch.full((len(batch),), log_probs.shape[1])
            loss = F.ctc_loss(
                log_probs.transpose(0, 1),
                answers[batch].clamp_min(0),
                frames,
                lengths[batch],
                blank=BLANK,
                zero_infinity=True,
            )
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(running.parameters(), _LARGEST_GRADIENT)
            optimizer.step()
            schedule.step()
            done = epoch * steps + step
            _draw_closer(model, running, min(_AVERAGE, (1 + done) / (10 + done)))
            total += loss.detach()
        yield StripEpoch(epoch + 1, float(total) / max(1, steps), accuracy(model, *held_back))


def _draw_closer(average: nn.Module, model: nn.Module, memory: float) -> None:
    pairs = zip(average.state_dict().values(), model.state_dict().values(), strict=True)
    with torch.no_grad():
        for mean, new in pairs:
            if mean.is_floating_point():
                mean.lerp_(new, 1 - memory)
            else:
                mean.copy_(new)


def accuracy(model: StripNet, images: Tensor, answers: Tensor) -> float:
    """Share of strips of which every sign is read rightly, and none besides."""
    model.eval()
    right = 0
    with torch.inference_mode():
        for at in range(0, len(images), 500):
            best = model(normalise(images[at : at + 500].float() / 255)).argmax(2)
            for read, answer in zip(best, answers[at : at + 500], strict=True):
                signs = torch.unique_consecutive(read)
                right += torch.equal(signs[signs != BLANK], answer[answer >= 0])
    return right / len(images)

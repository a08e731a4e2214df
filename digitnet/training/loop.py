"""The training loop: forward, loss, backward, step.

It trains any network. What a step is fed comes from a source of batches (`batches.py` for
digits), what is counted and evaluated is the caller's (`epochs.py` for digits).
"""

from collections.abc import Callable, Iterator
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from digitnet.errors import RecipeError
from digitnet.training.cuda_graph import CapturedFunction
from digitnet.training.state import LoopState


class Batches(Protocol):
    """What each step is fed; the same step gets the same, so that a training can be resumed."""

    def __len__(self) -> int:
        """How many steps the whole training has."""

    def __getitem__(self, step: int) -> tuple[Any, Any]:
        """The inputs and targets of a step, counted from 0."""


def train_steps(
    state: LoopState,
    batches: Batches,
    loss_of: Callable[[Any, Any], Tensor],
    lr_at: Callable[[int], float],
    *,
    precision: torch.dtype = torch.float32,
    max_grad_norm: float | None = None,
    model: nn.Module | None = None,
) -> Iterator[tuple[Tensor, Any, Any]]:
    """Train from the state's step to the last, yielding loss, outputs and targets of each.

    At a yield the step is complete, and the state may be saved. Loss and outputs are valid until
    the next step. The model's mode is left as it is: call `state.model.train()` first where
    BatchNorm and dropout are to work. On a CUDA device a step is captured as a graph: from then on
    mode, optimizer settings and the tensors of the state stay those of its first steps.
    loss_of: (outputs, targets) -> mean over the batch; the outputs are one tensor.
    lr_at: step -> learning rate. precision: of convolutions and products.
    max_grad_norm: longer gradients are clipped.
    model: what is called, where it is a wrapper of the state's own.

    Raises:
        RecipeError: there is no step to train.
    """
    if len(batches) == 0:
        raise RecipeError("this training has no step; it needs more images or epochs")
    optimizer, model = state.optimizer, state.model if model is None else model
    device = next(model.parameters()).device
    # Several processes wait for each other in a step, which cannot be captured.
    captured = device.type == "cuda" and model is state.model

    def step(
        inputs: Any, targets: Any, lr: float | Tensor, ema_weight: float | Tensor
    ) -> tuple[Tensor, Tensor]:
        for group in optimizer.param_groups:
            group["lr"] = lr
            group["capturable"] = captured and torch.cuda.is_current_stream_capturing()
        with torch.autocast(device.type, precision, enabled=precision != torch.float32):
            outputs = model(inputs)
        loss = loss_of(outputs, targets)

        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        if max_grad_norm is not None:
            nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
        optimizer.step()
        state.ema.update(state.model, ema_weight)
        return loss.detach(), outputs.detach()

    run = CapturedFunction(step, device) if captured else step
    while state.step < len(batches):
        inputs, targets = batches[state.step]
        lr = lr_at(state.step)
        loss, outputs = run(inputs, targets, lr, state.ema.weight_at(state.step))
        for group in optimizer.param_groups:
            group["lr"] = lr  # the number, where the step was given it on the device
        state.step += 1
        yield loss, outputs, targets

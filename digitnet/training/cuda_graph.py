"""Kernels that a GPU is given once and then starts by itself: a CUDA graph.

A small network's step is some hundred kernels of a few microseconds each. PyTorch starts them
one by one, and the GPU waits for that; captured, they need one start.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

_WARM_UP = 3  # calls of each shape before it is captured: libraries choose and allocate in them


@dataclass(frozen=True, eq=False)
class _Capture:
    """A graph, the tensors that it reads, and what it leaves."""

    graph: torch.cuda.CUDAGraph
    inputs: list[Tensor]
    results: Any


class CapturedFunction:
    """A function whose kernels are captured, once for each shape of its arguments, and replayed.

    It must do the same at every call: what changes from call to call has to come in as an
    argument, a tensor, a number, or an object whose attributes are tensors. The function gets
    numbers as tensors without dimension. What it returns is overwritten by the next call.
    Random numbers go on as they would without.
    """

    def __init__(self, function: Callable[..., Any], device: torch.device):
        """device: of CUDA, on which all tensors lie."""
        self._function, self._device = function, device
        self._stream = torch.cuda.Stream(device)  # type: ignore[no-untyped-call]
        self._calls: Counter[tuple[torch.Size, ...]] = Counter()
        self._captures: dict[tuple[torch.Size, ...], _Capture] = {}

    def __call__(self, *arguments: Any) -> Any:
        on_device = [as_tensors(argument, self._device) for argument in arguments]
        given = [tensor for argument in on_device for tensor in tensors_of(argument)]
        shapes = tuple(tensor.shape for tensor in given)
        if shapes not in self._captures:
            self._calls[shapes] += 1
            if self._calls[shapes] <= _WARM_UP:
                return self._call(on_device)
            self._captures[shapes] = self._capture(on_device)
        capture = self._captures[shapes]
        for own, tensor in zip(capture.inputs, given, strict=True):
            own.copy_(tensor)
        capture.graph.replay()
        return capture.results

    def _call(self, arguments: list[Any]) -> Any:
        """As it is, on the stream that it will be captured on: gradients remember theirs."""
        current = torch.cuda.current_stream(self._device)
        self._stream.wait_stream(current)
        with torch.cuda.stream(self._stream):
            results = self._function(*arguments)
        current.wait_stream(self._stream)
        return results

    def _capture(self, arguments: list[Any]) -> _Capture:
        own = [copied(argument) for argument in arguments]
        graph = torch.cuda.CUDAGraph()
        # Other threads may go on: one that pins memory would break a "global" capture.
        with torch.cuda.graph(graph, stream=self._stream, capture_error_mode="thread_local"):
            results = self._function(*own)  # nothing is computed yet
        inputs = [tensor for argument in own for tensor in tensors_of(argument)]
        return _Capture(graph, inputs, results)


def as_tensors(argument: Any, device: torch.device) -> Any:
    """A number as a float32 tensor on the device; anything else as it is."""
    if isinstance(argument, int | float):
        return torch.full((), float(argument), device=device)
    return argument


def tensors_of(argument: Any) -> list[Tensor]:
    """The tensors of an argument: itself, or its attributes."""
    return [argument] if isinstance(argument, Tensor) else [*vars(argument).values()]


def copied(argument: Any) -> Any:
    """The same with tensors of its own."""
    if isinstance(argument, Tensor):
        return argument.clone()
    return type(argument)(**{name: value.clone() for name, value in vars(argument).items()})

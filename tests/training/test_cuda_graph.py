from dataclasses import dataclass
from functools import partial

import pytest
import torch
from torch import Tensor, nn

from digitnet.training.adam import Adam
from digitnet.training.cuda_graph import as_tensors, copied, tensors_of
from digitnet.training.ema import MovingAverage
from digitnet.training.loop import train_steps
from digitnet.training.state import LoopState

CPU = torch.device("cpu")


@dataclass
class Targets:
    values: Tensor
    weights: Tensor


def test_the_tensors_of_an_argument():
    one, other = torch.zeros(2), torch.ones(3)
    assert tensors_of(one)[0] is one
    first, second = tensors_of(Targets(one, other))
    assert first is one
    assert second is other


@pytest.mark.parametrize("number", [1, 0.5])
def test_a_number_becomes_a_tensor_without_dimension(number):
    tensor = as_tensors(number, CPU)
    assert tensor.shape == ()
    assert tensor.dtype == torch.float32
    assert tensor == number


def test_what_is_no_number_stays_as_it_is():
    targets = Targets(torch.zeros(2), torch.ones(3))
    assert as_tensors(targets, CPU) is targets


def test_a_copy_has_tensors_of_its_own():
    targets = Targets(torch.zeros(2), torch.ones(3))
    own = copied(targets)
    assert isinstance(own, Targets)
    targets.values += 5
    assert own.values.tolist() == [0, 0]
    layout = torch.zeros(2, 3, 4, 4).contiguous(memory_format=torch.channels_last)
    assert copied(layout).is_contiguous(memory_format=torch.channels_last)


class Batches:
    """Sixteen points a step, and three at each fourth, as at the end of an epoch."""

    def __init__(self, device):
        self.device = device

    def __len__(self):
        return 24

    def __getitem__(self, step):
        torch.manual_seed(step)
        inputs = torch.randn(3 if step % 4 == 3 else 16, 4, device=self.device)
        return inputs, Targets(inputs.sum(1, keepdim=True), torch.ones_like(inputs[:, :1]))


def loss_of(outputs, targets):
    return (targets.weights * (outputs.float() - targets.values) ** 2).mean()


@pytest.mark.skipif(not torch.cuda.is_available(), reason="a graph is captured on CUDA alone")
@pytest.mark.parametrize("precision", [torch.float32, torch.bfloat16])
def test_a_captured_training_is_the_same_to_the_bit(monkeypatch, precision):
    found = []
    for captured in (True, False):
        if not captured:  # the same numbers as tensors, each kernel started by itself
            monkeypatch.setattr("digitnet.training.loop.CapturedFunction", as_it_is)
        torch.manual_seed(0)
        model = nn.Sequential(nn.Linear(4, 8), nn.Dropout(0.5), nn.Linear(8, 1)).cuda()
        optimizer = Adam(model.parameters(), lr=9.0, fused=True)
        state = LoopState(model=model, optimizer=optimizer, ema=MovingAverage(model, 0.9))
        steps = train_steps(
            state,
            Batches(torch.device("cuda")),
            loss_of,
            lambda step: 0.1 / (1 + step),
            precision=precision,
            max_grad_norm=1.0,
        )
        losses = [float(loss) for loss, _, _ in steps]
        assert optimizer.param_groups[0]["lr"] == 0.1 / 24
        found.append((losses, [*model.parameters(), *state.ema.module.parameters()]))
    assert found[0][0] == found[1][0]
    assert all(torch.equal(one, other) for one, other in zip(*(f[1] for f in found), strict=True))


def as_it_is(function, device):
    def call(*arguments):
        return function(*map(partial(as_tensors, device=device), arguments))

    return call

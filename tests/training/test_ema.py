import pytest
import torch
from torch import nn

from digitnet.training.ema import MovingAverage


def network(value: float) -> nn.Module:
    model = nn.Sequential(nn.Linear(1, 1), nn.BatchNorm1d(1))
    with torch.no_grad():
        for tensor in model.state_dict().values():
            tensor.fill_(value)
    return model


def values(model: nn.Module) -> list[float]:
    return [float(tensor) for tensor in model.state_dict().values()]


def test_it_remembers_by_its_decay():
    ema = MovingAverage(network(0), 0.75)
    ema.update(network(8), ema.weight_at(1000))
    assert values(ema.module) == [2, 2, 2, 2, 2, 2, 8]  # the last is a count of batches
    ema.update(network(8), torch.tensor(ema.weight_at(1001)))
    assert values(ema.module)[0] == 3.5


def test_a_young_one_follows_faster():
    ema = MovingAverage(network(0), 0.998)
    assert ema.weight_at(0) == pytest.approx(0.9)
    assert ema.weight_at(100) == pytest.approx(9 / 110)
    assert ema.weight_at(10_000) == pytest.approx(0.002)
    ema.update(network(1), ema.weight_at(0))
    assert abs(values(ema.module)[0] - 0.9) < 1e-6


def test_it_leaves_the_model_alone():
    model = network(1)
    ema = MovingAverage(model, 0.5)
    ema.update(network(3), 0.5)
    assert set(values(model)) == {1}


def test_without_decay_it_is_the_model_itself():
    model = network(1)
    ema = MovingAverage(model, 0)
    assert ema.module is model
    ema.update(model, 0.5)
    assert set(values(model)) == {1}

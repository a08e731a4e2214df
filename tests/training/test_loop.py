"""The loop on networks that have nothing to do with digits."""

import dataclasses

import pytest
import torch
from torch import nn

from digitnet.errors import RecipeError
from digitnet.training.ema import MovingAverage
from digitnet.training.loop import train_steps
from digitnet.training.state import LoopState


class Points:
    """Batches of points on a line and a dataclass of targets, as a function of the step."""

    def __init__(self, steps: int):
        self.steps = steps
        self.asked = []

    def __len__(self):
        return self.steps

    def __getitem__(self, step):
        self.asked.append(step)
        points = torch.randn(16, 1, generator=torch.Generator().manual_seed(step))
        return points, Targets(3 * points + 1, torch.ones(16, 1))


@dataclasses.dataclass
class Targets:
    values: torch.Tensor
    weights: torch.Tensor


def loss_of(outputs, targets):
    return (targets.weights * (outputs.float() - targets.values) ** 2).mean()


def constant(step):
    return 0.1


def fresh(ema_decay=0.0):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = nn.Linear(1, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=9.0)
    return LoopState(model=model, optimizer=optimizer, ema=MovingAverage(model, ema_decay))


def weights(state):
    return [parameter.item() for parameter in state.model.parameters()]


def test_a_step_is_the_optimizers_step_on_the_gradient_of_the_loss():
    state, batches = fresh(), Points(1)
    (result,) = train_steps(state, batches, loss_of, constant)
    expected = fresh()
    inputs, targets = Points(1)[0]
    loss = loss_of(expected.model(inputs), targets)
    loss.backward()
    by_hand = [(p - 0.1 * p.grad).item() for p in expected.model.parameters()]
    assert weights(state) == pytest.approx(by_hand)
    assert result[0] == loss
    assert not result[0].requires_grad
    torch.testing.assert_close(result[1], expected.model(inputs))
    assert torch.equal(result[2].values, targets.values)


def test_it_learns():
    state = fresh()
    losses = [float(loss) for loss, _, _ in train_steps(state, Points(60), loss_of, constant)]
    assert weights(state) == pytest.approx([3, 1], abs=0.05)
    assert losses[-1] < losses[0] / 100


def test_every_step_is_asked_for_once_in_order():
    batches = Points(5)
    list(train_steps(fresh(), batches, loss_of, constant))
    assert batches.asked == [0, 1, 2, 3, 4]


def test_the_rate_is_set_before_each_step():
    state, asked = fresh(), []

    def schedule(step):
        asked.append(step)
        return 1 / (1 + step)

    rates = [
        state.optimizer.param_groups[0]["lr"]
        for _ in train_steps(state, Points(3), loss_of, schedule)
    ]
    assert asked == [0, 1, 2]
    assert rates == [1, 1 / 2, 1 / 3]


def test_after_a_step_the_rate_is_a_number_and_nothing_has_a_gradient():
    state = fresh()
    for _, outputs, _ in train_steps(state, Points(2), loss_of, constant):
        (group,) = state.optimizer.param_groups
        assert type(group["lr"]) is float
        assert not group["capturable"]
        assert not outputs.requires_grad


@pytest.mark.parametrize("stop", range(5))
def test_it_goes_on_from_where_it_stopped(stop):
    whole = fresh(0.9)
    list(train_steps(whole, Points(5), loss_of, constant))
    state = fresh(0.9)
    for _ in train_steps(state, Points(5), loss_of, constant):
        if state.step == stop:
            break
    resumed = fresh(0.9)
    resumed.model.load_state_dict(state.model.state_dict())
    resumed.ema.module.load_state_dict(state.ema.module.state_dict())
    resumed.step = state.step
    list(train_steps(resumed, Points(5), loss_of, constant))
    assert weights(resumed) == weights(whole)
    assert torch.equal(resumed.ema.module.weight, whole.ema.module.weight)


def test_long_gradients_are_cut():
    moved = []
    for most in (None, 1e9, 0.01):
        state = fresh()
        before = torch.tensor(weights(state))
        list(train_steps(state, Points(1), loss_of, constant, max_grad_norm=most))
        moved.append((torch.tensor(weights(state)) - before).norm().item())
    assert moved[0] == pytest.approx(moved[1])
    assert moved[2] == pytest.approx(0.1 * 0.01, rel=1e-3)


def test_the_average_follows():
    state = fresh(0.5)
    start = state.model.weight.item()
    list(train_steps(state, Points(1), loss_of, constant))
    decay = 1 / 10  # it is young
    expected = decay * start + (1 - decay) * state.model.weight.item()
    assert state.ema.module.weight.item() == pytest.approx(expected)


def test_bf16_is_for_products_alone():
    state = fresh()
    ((_, outputs, _),) = train_steps(state, Points(1), loss_of, constant, precision=torch.bfloat16)
    assert outputs.dtype == torch.bfloat16
    assert state.model.weight.dtype == torch.float32


def test_the_mode_of_the_model_is_left():
    state = fresh()
    state.model.eval()
    list(train_steps(state, Points(1), loss_of, constant))
    assert not state.model.training


def test_a_training_without_a_step_is_refused():
    with pytest.raises(RecipeError, match="this training has no step; it needs more images"):
        next(train_steps(fresh(), Points(0), loss_of, constant))

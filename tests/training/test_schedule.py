import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from digitnet.training.schedule import cosine, step_decay, triangle

SHARES = [share / 100 for share in range(100)]


@given(
    lr=st.floats(1e-5, 1),
    gamma=st.floats(0.05, 1.5),
    step_size=st.integers(1, 12),
    epochs=st.integers(1, 40),
)
def test_step_decay_is_step_lr(lr, gamma, step_size, epochs):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size, gamma)
    for epoch in range(epochs):
        found = step_decay(lr, epoch, step_size, gamma)
        assert found == pytest.approx(scheduler.get_last_lr()[0], rel=1e-9)
        optimizer.step()
        scheduler.step()


@pytest.mark.parametrize(("course_of", "first"), [(triangle, 0.2), (cosine, 0)])
@given(lr=st.floats(1e-5, 1), warmup=st.floats(0, 1))
def test_it_rises_to_lr_and_falls_to_zero(course_of, first, lr, warmup):
    course = [course_of(lr, share, warmup) for share in SHARES]
    assert all(0 <= value <= lr * (1 + 1e-9) for value in course)
    top = max(range(100), key=course.__getitem__)
    assert abs(top - 100 * warmup) <= 1
    assert course[: top + 1] == sorted(course[: top + 1])
    assert course[top:] == sorted(course[top:], reverse=True)
    if 0.01 < warmup < 0.99:
        assert course_of(lr, 0, warmup) == pytest.approx(lr * first)
        assert course_of(lr, warmup, warmup) == pytest.approx(lr)
        assert course_of(lr, 1, warmup) == pytest.approx(0, abs=1e-12)


def test_the_middle_of_the_fall():
    assert triangle(1, 0.625, 0.25) == pytest.approx(0.5)
    assert cosine(1, 0.625, 0.25) == pytest.approx(0.5)
    assert triangle(1, 0.4375, 0.25) == pytest.approx(0.75)
    assert cosine(1, 0.4375, 0.25) == pytest.approx(0.8536, abs=1e-4)

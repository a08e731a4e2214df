import torch
from hypothesis import given
from hypothesis import strategies as st

from digitnet.training.order import epoch_order, hardest, seed_at


def test_an_epoch_sees_every_image_once():
    assert sorted(epoch_order(3, 5, 100).tolist()) == list(range(100))


def test_order_depends_on_seed_and_epoch_alone():
    orders = [epoch_order(seed, epoch, 50) for seed, epoch in ((0, 0), (0, 1), (1, 0))]
    torch.rand(7)  # what others draw changes nothing
    assert torch.equal(epoch_order(0, 0, 50), orders[0])
    assert not torch.equal(orders[0], orders[1])
    assert not torch.equal(orders[0], orders[2])


def test_every_moment_has_a_seed_of_its_own():
    moments = [(seed, epoch, step) for seed in range(9) for epoch in range(9) for step in range(40)]
    assert len({seed_at(*moment) for moment in moments}) == len(moments)


@given(losses=st.lists(st.integers(0, 9), min_size=1, max_size=60), data=st.data())
def test_the_hardest_are_those_of_largest_loss_in_their_order(losses, data):
    count = data.draw(st.integers(1, len(losses)))
    order = epoch_order(0, 0, len(losses))
    kept = hardest(order, torch.tensor(losses, dtype=torch.float32), count).tolist()
    assert len(set(kept)) == len(kept) == count
    assert kept == [index for index in order.tolist() if index in kept]
    assert sorted(losses[index] for index in kept) == sorted(losses)[-count:]

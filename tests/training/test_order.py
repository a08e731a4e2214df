import torch

from digitnet.training.order import epoch_order, seed_at


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

import pytest
import torch
from torch import nn

from digitnet.training.synced_norm import SyncedNorm, merged
from tests.training.together import together


def parts_of(values, sizes):
    """Mean, squares and count of each part of float [N]."""
    parts = values.split(sizes)
    means = torch.stack([part.mean() for part in parts])[:, None]
    squares = torch.stack([((part - part.mean()) ** 2).sum() for part in parts])[:, None]
    return means, squares, torch.tensor(sizes, dtype=values.dtype)[:, None]


@pytest.mark.parametrize("sizes", [[10], [5, 5], [1, 9], [2, 3, 5]])
def test_parts_have_the_mean_and_variance_of_the_whole(sizes):
    values = torch.randn(10, generator=torch.Generator().manual_seed(0))
    mean, variance = merged(*parts_of(values, sizes))
    torch.testing.assert_close(mean[0], values.mean())
    torch.testing.assert_close(variance[0], values.var(correction=0))


def test_a_large_mean_does_not_swallow_the_variance():
    """Where E[x^2] - E[x]^2 in float32 is nothing but rounding."""
    values = 4096 + torch.randn(1000, generator=torch.Generator().manual_seed(0))
    _, variance = merged(*parts_of(values, [400, 600]))
    torch.testing.assert_close(variance[0], values.double().var(correction=0).float())
    naive = (values * values).mean() - values.mean() ** 2
    assert abs(naive - variance[0]) > 0.1


SHARE = """
from torch import nn
from digitnet.training.synced_norm import SyncedNorm

torch.manual_seed(0)
features = (100 + torch.randn(7, 3, 4, 4)).requires_grad_()
norm = SyncedNorm.of(nn.BatchNorm2d(3))
own = features[:4] if rank == 0 else features[4:]
normed = norm(own)
(normed ** 3).sum().backward()
result = {"normed": normed.detach(), "gradient": features.grad, **norm.state_dict()}
"""


@pytest.mark.slow
def test_processes_normalise_as_one():
    torch.manual_seed(0)
    features = (100 + torch.randn(7, 3, 4, 4)).requires_grad_()
    norm = nn.BatchNorm2d(3)
    normed = norm(features)
    (normed**3).sum().backward()
    first, second = together(SHARE)
    torch.testing.assert_close(
        torch.cat([first["normed"], second["normed"]]), normed.detach(), rtol=1e-4, atol=1e-4
    )
    gradient = first["gradient"] + second["gradient"]
    torch.testing.assert_close(gradient, features.grad, rtol=1e-3, atol=1e-3)
    for name, expected in norm.state_dict().items():
        torch.testing.assert_close(first[name], expected)
        assert torch.equal(first[name], second[name])


def test_in_evaluation_it_is_batch_norm():
    norm = nn.BatchNorm2d(3).eval()
    norm.running_mean.normal_()
    features = torch.randn(2, 3, 4, 4)
    assert torch.equal(SyncedNorm.of(norm)(features), norm(features))


def test_it_shares_the_tensors_of_the_layer_it_replaces():
    norm = nn.BatchNorm2d(3, momentum=0.4)
    synced = SyncedNorm.of(norm)
    assert synced.weight is norm.weight
    assert synced.running_mean is norm.running_mean
    assert synced.momentum == 0.4

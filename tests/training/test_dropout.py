import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from digitnet.training.dropout import Dropout

shapes = st.tuples(st.integers(1, 5), st.integers(1, 9), st.integers(1, 9), st.integers(1, 9))


def kept(p: float, count: int = 1 << 20) -> torch.Tensor:
    """bool [count]: which of many elements a dropout keeps."""
    torch.manual_seed(0)
    return Dropout(p)(torch.ones(1, 1, 1, count)).flatten() != 0


@pytest.mark.parametrize("p", [0.01, 0.2, 0.5, 0.9])
def test_share_dropped(p):
    share = (~kept(p)).float().mean().item()
    assert abs(share - p) < 6 * math.sqrt(p * (1 - p) / 2**20) + 2**-16


# One draw decides four elements: each of its words must drop the same share.
@pytest.mark.parametrize("word", range(4))
def test_every_word_of_a_draw_drops_its_share(word):
    share = (~kept(0.2)[word::4]).float().mean().item()
    assert abs(share - 0.2) < 6 * math.sqrt(0.2 * 0.8 / 2**18) + 2**-16


@pytest.mark.parametrize("distance", [1, 2, 3, 4, 5])
def test_elements_are_dropped_independently(distance):
    drops = kept(0.2).double() - 0.8
    correlation = (drops[distance:] * drops[:-distance]).mean() / (0.2 * 0.8)
    assert abs(correlation.item()) < 6 / math.sqrt(2**20)


@pytest.mark.slow
@given(shape=shapes, p=st.floats(0.001, 0.99), seed=st.integers(0, 2**32))
def test_each_element_is_zero_or_scaled(shape, p, seed):
    torch.manual_seed(seed)
    features = torch.rand(shape) + 1
    result = Dropout(p)(features)
    survivors = result != 0
    torch.testing.assert_close(result[survivors], features[survivors] / (1 - p))


@given(shape=shapes, p=st.floats(0, 0.99))
def test_layout_is_kept(shape, p):
    for memory_format in (torch.contiguous_format, torch.channels_last):
        features = torch.ones(shape).contiguous(memory_format=memory_format)
        result = Dropout(p)(features)
        assert result.shape == features.shape
        assert result.stride() == features.stride()


def test_precision_is_kept():
    assert Dropout(0.2)(torch.ones(1, 1, 2, 2, dtype=torch.bfloat16)).dtype == torch.bfloat16


@given(shape=shapes, p=st.floats(0, 0.99))
def test_identity_in_evaluation(shape, p):
    features = torch.rand(shape)
    assert Dropout(p).eval()(features) is features


def test_identity_with_p_0():
    features = torch.rand(1, 2, 3, 4)
    assert torch.equal(Dropout(0)(features), features)


@pytest.mark.parametrize("p", [0.9999, 0.999999, 1 - 2**-40])
def test_p_close_to_1_drops_nearly_all(p):
    assert kept(p).float().mean() < 1e-3


def test_seed_decides_and_draws_differ():
    features = torch.ones(2, 3, 8, 8)
    torch.manual_seed(5)
    first, second = Dropout(0.5)(features), Dropout(0.5)(features)
    torch.manual_seed(5)
    assert torch.equal(first, Dropout(0.5)(features))
    assert not torch.equal(first, second)


def test_gradient_passes_where_features_do():
    features = torch.ones(2, 3, 8, 8, requires_grad=True)
    result = Dropout(0.25)(features)
    result.sum().backward()
    assert torch.equal(features.grad, result.detach())


# Parts of a batch, as several processes have them: of one seed, but not of one mask.


@pytest.mark.parametrize("parallel", [False, True])
def test_parts_of_a_batch_drop_what_the_whole_would(parallel):
    whole = torch.ones(7, 3, 8, 8)

    def dropped(features, rows):
        dropout = Dropout(0.4)
        dropout.rows = rows
        torch.manual_seed(5)
        return dropout._parallel(features) if parallel else dropout(features)

    together = dropped(whole, (0, 7))
    parts = [dropped(whole[:4], (0, 7)), dropped(whole[4:], (4, 7))]
    assert torch.equal(torch.cat(parts), together)
    assert not torch.equal(parts[0][:3], parts[1])
    share = (together == 0).float().mean().item()
    assert abs(share - 0.4) < 6 * math.sqrt(0.4 * 0.6 / whole.numel())
    assert together.max().item() == pytest.approx(1 / 0.6)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA")
def test_processes_drop_different_elements_on_cuda():
    masks = []
    for first in (0, 4):
        dropout = Dropout(0.5)
        dropout.rows = (first, 8)
        torch.manual_seed(5)
        masks.append(dropout(torch.ones(4, 32, 14, 14, device="cuda")) == 0)
    assert not torch.equal(*masks)
    assert (masks[0] == masks[1]).float().mean().item() == pytest.approx(0.5, abs=0.05)

import pytest
import torch

from digitnet.training.finder.model import (
    CLASSES,
    FEATURES,
    MAPS,
    STRIDE,
    TURNS,
    FinderNet,
    Residual,
)

WIDTHS = (16, 24, 32)
SIZES = [(1, 16, 16), (2, 64, 96), (3, 112, 48)]


@pytest.fixture(scope="module")
def model():
    """An untrained network whose statistics are no longer the initial ones."""
    torch.manual_seed(0)
    model = FinderNet(WIDTHS).train()
    with torch.no_grad():
        for _ in range(20):
            model(torch.randn(4, 1, 64, 64))
    return model.eval().requires_grad_(False)


def test_maps_are_one_odds_four_of_the_box_the_classes_and_the_turns():
    assert MAPS == 1 + 4 + CLASSES + TURNS == 20


@pytest.mark.parametrize("size", SIZES)
def test_maps_and_features_have_the_documented_shapes(model, size):
    count, height, width = size
    pictures = torch.randn(count, 1, height, width)
    maps, features = model(pictures), model.features(pictures)
    assert maps.shape == (count, MAPS, height // STRIDE, width // STRIDE)
    assert features.shape == (count, FEATURES, height // STRIDE, width // STRIDE)
    assert maps.dtype == features.dtype == torch.float32
    assert maps.isfinite().all()


def test_maps_are_linear_in_the_features(model):
    """One cell's maps are computed from its own features alone."""
    pictures = torch.randn(2, 1, 64, 48)
    features = model.features(pictures)
    weight, bias = model.head.weight[:, :, 0, 0], model.head.bias
    by_hand = torch.einsum("mf,nfhw->nmhw", weight, features) + bias[:, None, None]
    assert torch.allclose(model(pictures), by_hand, atol=1e-4)


def test_a_shift_by_a_coarse_cell_shifts_the_maps(model):
    """Away from the border, where the padding is seen: cells see 130 pixels around."""
    scene = torch.randn(1, 1, 416, 416)
    right, down = 16, 32
    maps = model(scene[..., :384, :384])
    shifted = model(scene[..., down : down + 384, right : right + 384])
    first = maps[..., 36 + down // STRIDE : 60, 36 + right // STRIDE : 60]
    second = shifted[..., 36 : 60 - down // STRIDE, 36 : 60 - right // STRIDE]
    assert first.shape[-2:] == (16, 20)
    assert torch.allclose(first, second, atol=1e-4)
    assert first.std(dim=(2, 3)).min() > 1e-3  # not because all cells are the same


def test_pictures_of_a_batch_do_not_see_each_other(model):
    pictures = torch.randn(3, 1, 64, 64)
    together = model(pictures)
    for index in range(3):
        assert torch.allclose(together[index], model(pictures[index : index + 1])[0], atol=1e-5)


def test_a_cell_sees_some_250_pixels():
    torch.manual_seed(1)
    model = FinderNet(WIDTHS).eval()
    picture = torch.randn(1, 1, 320, 320, requires_grad=True)
    model(picture)[0, :, 40, 40].sum().backward()
    rows = picture.grad[0, 0].abs().sum(dim=1).nonzero()
    assert 200 <= int(rows.max() - rows.min()) <= 270


def test_a_fresh_network_says_that_there_is_hardly_anything():
    torch.manual_seed(2)
    with torch.no_grad():
        odds = FinderNet(WIDTHS).eval()(torch.randn(1, 1, 96, 96))[:, 0]
    assert float(torch.sigmoid(odds).mean()) == pytest.approx(0.018, abs=0.01)


def test_every_weight_learns():
    torch.manual_seed(3)
    model = FinderNet((8, 8, 8)).train()
    (model(torch.randn(2, 1, 64, 64)) ** 2).mean().backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None, name
        assert float(parameter.grad.abs().max()) > 0, name


def test_wider_networks_have_more_weights():
    counts = [
        sum(p.numel() for p in FinderNet(widths).parameters())
        for widths in ((8, 8, 8), WIDTHS, (48, 64, 96))
    ]
    assert counts == sorted(counts)
    assert 150_000 < counts[2] < 900_000


def test_a_residual_block_begins_at_its_shortcut():
    block = Residual(4).eval()
    torch.nn.init.zeros_(block.second.weight)
    features = torch.randn(2, 4, 8, 8)
    assert torch.equal(block(features), features.clamp(min=0))

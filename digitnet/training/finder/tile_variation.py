"""Many tiles changed at once on a device: `pages/tile.py: varied` and `tiles.py: even` in PyTorch.

The same things happen with the same chances. Equal to the last grey they are not: positions
between pixels are finer here than OpenCV's, and the random numbers are other ones.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from digitnet.training.finder.padded_tiles import PaddedTiles
from digitnet.training.pages.tile import SIDE

_BOX = 63  # pixels: as in tiles.py


def vary(tiles: PaddedTiles, generator: torch.Generator, plain_share: float) -> PaddedTiles:
    """The tiles moved, stretched and slanted a little, some inverted; grey is float32 in the end.

    generator: on the tiles' device. plain_share: of the tiles, those that stay as they are.
    """
    count, device = len(tiles), tiles.grey.device

    def uniform(*shape: int) -> Tensor:
        return torch.rand(count, *shape, generator=generator, device=device)

    def normal(*shape: int) -> Tensor:
        return torch.randn(count, *shape, generator=generator, device=device)

    changed = uniform() >= plain_share
    matrix = torch.eye(2, device=device) + 0.05 * normal(2, 2)
    middle = torch.full((2,), SIDE / 2, device=device)
    shift = middle + 100 * uniform(2) - 50 - matrix @ middle

    before = tiles.grey.float()
    fill = torch.where(uniform() < 0.6, tiles.border, 255 * uniform())[:, None, None]
    # Outside of the picture `warped` sees zeros.
    grey = warped(before - fill, matrix, shift) + fill
    paler = (uniform() < 0.4)[:, None, None]
    grey = torch.where(paler, grey * (1 - 0.4 * uniform(1, 1)) + 70 * uniform(1, 1), grey)
    noise = torch.where(uniform() < 0.3, 1 + 4 * uniform(), 0)[:, None, None]
    grey = grey + noise * normal(SIDE, SIDE)
    inverted = (uniform() < 0.3)[:, None, None]
    grey = torch.where(inverted, 255 - grey, grey).clamp(0, 255).round()

    middles, sizes = tiles.marks[..., :2], tiles.marks[..., 2:4]
    low, high = middles - sizes / 2, middles + sizes / 2
    # What was cut off at the tile's edge is so still, though it may have moved inside.
    cut = ((low < 1) | (high > SIDE - 1)).any(dim=2)
    label, hidden = tiles.marks[..., 4], tiles.marks[..., 5]
    hidden = torch.where(cut, hidden.clamp(min=0.5), hidden)
    low, high = moved_boxes(low, high, matrix, shift)
    marks = torch.cat([(low + high) / 2, high - low, torch.stack([label, hidden], 2)], 2)
    vague = torch.cat(moved_boxes(tiles.vague[..., :2], tiles.vague[..., 2:], matrix, shift), 2)

    choose = changed[:, None, None]
    return PaddedTiles(
        grey=torch.where(choose, grey, before),
        border=tiles.border,
        marks=torch.where(choose, marks, tiles.marks),
        vague=torch.where(choose, vague, tiles.vague),
        turns=tiles.turns,
    )


def warped(grey: Tensor, matrix: Tensor, shift: Tensor) -> Tensor:
    """Pictures moved: what was at pixel p is then at `matrix` p + `shift`.

    grey: float32 [N, S, S]. matrix: float32 [N, 2, 2], shift [N, 2], of x and y. Outside is 0.
    """
    side = grey.shape[-1]
    # Written out, since a general inverse waits for the device.
    (a, b), (c, d) = ((row.unbind(1)) for row in matrix.unbind(1))
    inverse = torch.stack([torch.stack([d, -b], 1), torch.stack([-c, a], 1)], 1)
    inverse = inverse / (a * d - b * c)[:, None, None]
    # affine_grid counts from -1 to 1 over the picture: 0 is its middle, pixel (side - 1) / 2.
    source = inverse @ ((side - 1) / 2 - shift)[..., None]
    theta = torch.cat([inverse, (2 * source + 1) / side - 1], dim=2)
    grid = F.affine_grid(theta, [len(grey), 1, side, side], align_corners=False)
    return F.grid_sample(grey[:, None], grid, align_corners=False)[:, 0]


def moved_boxes(low: Tensor, high: Tensor, matrix: Tensor, shift: Tensor) -> tuple[Tensor, Tensor]:
    """Where boxes lie then; low and high: float32 [N, K, 2], their corners."""
    middle = torch.einsum("nij,nkj->nki", matrix, (low + high) / 2) + shift[:, None]
    half = (high - low) / 2
    across = (matrix[:, None, :, 0] * half[:, :, :1]).abs()
    down = (matrix[:, None, :, 1] * half[:, :, 1:]).abs()
    # As in tile.py: ink seldom fills its box's corners.
    size = torch.maximum(across, down) + 0.4 * torch.minimum(across, down)
    return middle - size, middle + size


def even(grey: Tensor) -> Tensor:
    """Local contrast evened, as `tiles.py: even`: float32 [N, S, S] -> the same, -4 to 4."""
    centred = grey - 128  # smaller squares lose less of their digits
    mean = _box_mean(centred)
    variance = (_box_mean(centred * centred) - mean * mean).clamp(min=0)
    return ((centred - mean) / torch.sqrt(variance + 16)).clamp(-4, 4)


def _box_mean(values: Tensor) -> Tensor:
    """Means of boxes around each pixel; beyond an edge lies the picture's mirror image."""
    reach = _BOX // 2
    for dim in (1, 2):
        first = values.narrow(dim, 0, reach).flip(dim)
        last = values.narrow(dim, values.shape[dim] - reach, reach).flip(dim)
        values = torch.cat([first, values, last], dim)
    # Differences of sums from the first pixel on: a pool reads each pixel for each of its 63 boxes.
    values = values.int()  # squares too stay below 2**31: 318 * 63 * 128**2
    for dim in (1, 2):
        sums = F.pad(values.cumsum(dim, dtype=torch.int32), (1, 0) if dim == 2 else (0, 0, 1, 0))
        length = sums.shape[dim] - _BOX
        values = sums.narrow(dim, _BOX, length) - sums.narrow(dim, 0, length)
    return values / _BOX**2

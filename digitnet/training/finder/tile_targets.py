"""The targets of many tiles at once on a device: `pages/targets.py` in PyTorch, equal to it."""

import torch
from torch import Tensor

from digitnet.training.finder.loss import FinderTargets
from digitnet.training.pages.targets import HIDDEN, NEAR, NO_DIGIT, SEEN, SIDE, STRIDE

_REACH = 4  # cells around a middle that its bell is drawn in


def make_targets(marks: Tensor, vague: Tensor, turns: Tensor, side: int) -> FinderTargets:
    """What the finder should answer, n = side / 4 cells a side.

    marks: float32 [N, K, 6], vague: float32 [N, V, 4], turns: int64 [N], as in `PaddedTiles`.
    """
    cells, device = side // STRIDE, marks.device
    x, y, width, height, label, _ = marks.unbind(2)
    real, seen = label >= 0, _share_seen(marks, side)
    partly = real & (seen >= HIDDEN) & (seen < SEEN + 0.1)
    middle, size = marks[:, :, :2], marks[:, :, 2:4]
    on_vague = _covered(vague[:, :, :2], vague[:, :, 2:], torch.ones_like(vague[:, :, 0]), cells)
    on_part = _covered(middle - size / 2, middle + size / 2, partly.float(), cells)

    # Every mark draws its bell in a window of cells. All windows of a batch lie in one list, and
    # a cell's number says where in the maps. Those outside have numbers after the last, each its
    # own: what many write to one place is written one after the other.
    exact_x, exact_y = x / STRIDE - 0.5, y / STRIDE - 0.5
    column, row = exact_x.round(), exact_y.round()
    asked = real & (seen >= SEEN) & _inside(column, row, cells)
    offsets = torch.arange(-_REACH, _REACH + 1, device=device, dtype=torch.float32)
    down, across = (grid.flatten() for grid in torch.meshgrid(offsets, offsets, indexing="ij"))
    columns, rows = column[:, :, None] + across, row[:, :, None] + down
    outside = len(marks) * cells * cells
    first = torch.arange(len(marks), device=device)[:, None, None] * cells * cells
    number = first + rows.long() * cells + columns.long()
    drawn = asked[:, :, None] & _inside(columns, rows, cells)
    nowhere = outside + torch.arange(number.numel(), device=device).view_as(number)
    number = number.where(drawn, nowhere)
    # Narrow bells for narrow marks, so that neighbours that touch stay two.
    spread_x = (0.1 * width / STRIDE).clamp(min=0.55)[:, :, None]
    spread_y = (0.1 * height / STRIDE).clamp(min=0.6)[:, :, None]
    bells = torch.exp(-(across**2) / (2 * spread_x**2) - down**2 / (2 * spread_y**2))
    number, bells = number.flatten(), bells.flatten()
    room = outside + len(number)
    heat = torch.zeros(room, device=device).scatter_reduce(0, number, bells, "amax")

    # A cell tells of the mark whose bell is highest there, of several the first.
    order = torch.arange(marks.shape[1], device=device, dtype=torch.float32)
    order = order.repeat_interleave(len(across)).repeat(len(marks))
    none = float(marks.shape[1])
    highest = (bells > NEAR) & (bells == heat[number])
    winner = torch.full((room,), none, device=device).scatter_reduce(
        0, number, order.where(highest, none), "amin"
    )

    def maps(values: Tensor) -> Tensor:
        return values[:outside].view(len(marks), cells, cells)

    heat, winner = maps(heat), maps(winner)
    told = winner < none
    which = winner.long().clamp(max=marks.shape[1] - 1).flatten(1)

    def of_winner(values: Tensor) -> Tensor:
        return values.gather(1, which).view(winner.shape)

    grid = torch.arange(cells, device=device, dtype=torch.float32)
    boxes = torch.stack(
        [
            of_winner(exact_x) - grid,
            of_winner(exact_y) - grid[:, None],
            of_winner(torch.log(width.clamp(min=2) / SIDE)),
            of_winner(torch.log(height.clamp(min=2) / SIDE)),
        ],
        dim=1,
    )
    classes = torch.where(on_vague, NO_DIGIT, -1)
    classes = torch.where(told, of_winner(label).long(), classes)
    return FinderTargets(
        heat=heat,
        # A middle is asked for wherever it lies, and only there is a bell 1.
        heat_weight=((heat == 1) | ~(on_vague | on_part)).float(),
        classes=torch.where(turns[:, None, None] > 0, -1, classes),
        boxes=boxes * told[:, None],
        turns=turns,
    )


def _share_seen(marks: Tensor, side: int) -> Tensor:
    """Which share of each mark's box is on the tile and not covered, float32 [N, K]."""
    x, y, width, height, _, hidden = marks.unbind(2)
    across = (x + width / 2).clamp(max=side) - (x - width / 2).clamp(min=0)
    down = (y + height / 2).clamp(max=side) - (y - height / 2).clamp(min=0)
    area = (width * height).clamp(min=1e-3)  # rows without a mark have none
    return across.clamp(min=0) * down.clamp(min=0) / area * (1 - hidden)


def _inside(column: Tensor, row: Tensor, cells: int) -> Tensor:
    return (column >= 0) & (column < cells) & (row >= 0) & (row < cells)


def _covered(low: Tensor, high: Tensor, counts: Tensor, cells: int) -> Tensor:
    """The cells that boxes touch, bool [N, cells, cells].

    low, high: float32 [N, K, 2], corners in pixels. counts: float32 [N, K], 1 or 0.
    """
    # +1 and -1 at each box's corners: the sums from the left top count the boxes over a cell.
    side = cells + 1
    left, top = torch.floor(low / STRIDE).clamp(0, cells).long().unbind(2)
    right, bottom = torch.ceil(high / STRIDE).clamp(0, cells).long().unbind(2)
    counts = counts * ((right > left) & (bottom > top))
    corners = torch.zeros(len(low), side * side, device=low.device)
    for rows, columns, sign in ((top, left, 1), (top, right, -1), (bottom, left, -1),
                                (bottom, right, 1)):  # fmt: skip
        corners.scatter_add_(1, rows * side + columns, sign * counts)
    sums = corners.view(-1, side, side).cumsum(1).cumsum(2)
    return sums[:, :cells, :cells] > 0.5

import cv2
import numpy as np
import pytest
import torch

from digitnet.training.finder import tiles
from digitnet.training.finder.padded_tiles import NOTHING, PaddedTiles, pad
from digitnet.training.finder.tile_variation import even, moved_boxes, vary, warped
from digitnet.training.pages import tile as numpy_tile
from digitnet.training.pages.tile import SIDE, Tile

ALL, NONE = 0.0, 1.0  # plain shares


def random(seed=0):
    return torch.Generator().manual_seed(seed)


def padded(count, marks=((120, 110, 36, 24, 4, 0),), grey=None):
    """Dark blocks on white, where the marks are."""
    if grey is None:
        grey = np.full((SIDE, SIDE), 220, np.uint8)
        for x, y, width, height, _, _ in marks:
            left, top = int(x - width / 2), int(y - height / 2)
            grey[max(0, top) : top + height, max(0, left) : left + width] = 20
    rows = np.array(marks, np.float32).reshape(-1, 6)
    box = rows[:, [0, 1, 0, 1]] + rows[:, [2, 3, 2, 3]] * np.float32([-0.5, -0.5, 0.5, 0.5])
    return PaddedTiles.of(pad([Tile(grey, rows, box)] * count))


def photo():
    noise = np.random.default_rng(0).integers(0, 256, (SIDE, SIDE), dtype=np.uint8)
    return cv2.GaussianBlur(noise, (0, 0), 3)


def test_tiles_that_stay_as_they_are_are_the_same():
    before = padded(5, grey=photo())
    after = vary(before, random(), NONE)
    assert torch.equal(after.grey, before.grey.float())
    for name in ("border", "marks", "vague", "turns"):
        assert torch.equal(getattr(after, name), getattr(before, name))


def test_a_share_stays_as_it_is_and_the_others_all_differ():
    before = padded(40, grey=photo())
    after = vary(before, random(), 0.25)
    kept = (after.grey == before.grey).flatten(1).all(1)
    assert 3 <= int(kept.sum()) <= 20
    assert torch.equal(kept, (after.marks == before.marks).flatten(1).all(1))
    assert len({picture.numpy().tobytes() for picture in after.grey[~kept]}) == int((~kept).sum())


def test_the_generator_decides():
    before = padded(3)
    first, again, other = (vary(before, random(seed), ALL) for seed in (1, 1, 2))
    assert torch.equal(first.grey, again.grey)
    assert not torch.equal(first.grey, other.grey)


def test_boxes_move_with_the_picture():
    after = vary(padded(24), random(), ALL)
    for grey, mark, vague in zip(after.grey, after.marks[:, 0], after.vague[:, 0], strict=True):
        x, y, width, height, label, hidden = mark.tolist()
        assert (label, hidden) == (4, 0)
        assert vague.tolist() == pytest.approx(
            [x - width / 2, y - height / 2, x + width / 2, y + height / 2], abs=1e-3
        )
        # Against what is around the block, wherever the picture's border came to lie.
        left, top, right, bottom = (int(v) for v in (x - 30, y - 24, x + 30, y + 24))
        piece = cv2.GaussianBlur(grey[top:bottom, left:right].numpy(), (0, 0), 1)
        paper = piece[:, [0, -1]].mean()
        block = np.abs(piece - paper) > np.abs(piece - paper).max() / 2
        rows, columns = np.nonzero(block)
        assert left + columns.mean() + 0.5 == pytest.approx(x, abs=1.5)
        assert top + rows.mean() + 0.5 == pytest.approx(y, abs=1.5)
        assert np.ptp(columns) + 1 == pytest.approx(width, abs=5)
        assert np.ptp(rows) + 1 == pytest.approx(height, abs=5)


def test_what_was_cut_off_at_the_edge_is_so_still():
    marks = ((5, 100, 30, 24, 4, 0), (5, 180, 30, 24, 4, 0.75), (120, 100, 30, 24, 4, 0.25))
    before = padded(4, marks=marks)
    assert vary(before, random(), ALL).marks[:, :3, 5].tolist() == [[0.5, 0.75, 0.25]] * 4
    assert vary(before, random(), NONE).marks[:, :3, 5].tolist() == [[0, 0.75, 0.25]] * 4


def test_what_fills_up_a_row_stays_nothing_and_nowhere():
    after = vary(padded(6), random(), ALL)
    assert (after.marks[:, 1:, 4] == NOTHING).all()
    assert (after.vague[:, 1:] < -1000).all()


def test_grey_stays_in_its_range_and_some_are_inverted():
    after = vary(padded(40), random(), ALL).grey
    assert after.dtype == torch.float32
    assert after.min() >= 0
    assert after.max() <= 255
    dark = (after.flatten(1).median(1).values < 128).float().mean()
    assert 0.1 < dark < 0.6


MATRIX = np.array([[1.08, -0.06], [0.04, 0.93]], np.float32)
SHIFT = np.array([-21.5, 13.25], np.float32)


def test_pictures_are_moved_as_opencv_moves_them():
    grey = photo()
    move = np.concatenate([MATRIX, SHIFT[:, None]], axis=1)
    wanted = cv2.warpAffine(grey.astype(np.float32), move, (SIDE, SIDE))
    picture = torch.from_numpy(grey).float()[None]
    got = warped(picture, torch.from_numpy(MATRIX)[None], torch.from_numpy(SHIFT)[None])[0].numpy()
    difference = np.abs(got - wanted)
    assert difference.mean() < 0.5
    assert np.percentile(difference, 99) < 4  # OpenCV's positions are 32nds of a pixel


def test_boxes_are_moved_as_those_of_one_tile():
    rng = np.random.default_rng(0)
    marks = np.column_stack([rng.uniform(0, 256, (9, 2)), rng.uniform(5, 60, (9, 2))])
    marks = np.column_stack([marks, np.zeros((9, 2))]).astype(np.float32)
    one = Tile(np.zeros((SIDE, SIDE), np.uint8), marks, np.zeros((0, 4), np.float32))
    matrix = np.concatenate([MATRIX, SHIFT[:, None]], axis=1).astype(np.float64)
    wanted = numpy_tile.moved(one, matrix).marks
    boxes = torch.from_numpy(marks)[None]
    low, high = moved_boxes(
        boxes[..., :2] - boxes[..., 2:4] / 2,
        boxes[..., :2] + boxes[..., 2:4] / 2,
        torch.from_numpy(MATRIX)[None],
        torch.from_numpy(SHIFT)[None],
    )
    assert np.allclose(((low + high) / 2)[0].numpy(), wanted[:, :2], atol=1e-3)
    assert np.allclose((high - low)[0].numpy(), wanted[:, 2:4], atol=1e-3)


def test_the_device_evens_as_one_tile_is_evened():
    flat = np.full((SIDE, SIDE), 200, np.uint8)
    flat[30:60, 30:60] = 10
    greys = [photo(), flat, np.zeros((SIDE, SIDE), np.uint8)]
    got = even(torch.from_numpy(np.stack(greys)).float()).numpy()
    for index, grey in enumerate(greys):
        assert np.abs(got[index] - tiles.even(grey)).max() < 2e-3

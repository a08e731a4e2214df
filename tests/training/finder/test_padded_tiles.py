import numpy as np
import pytest
import torch

from digitnet.training.finder.padded_tiles import MARKS, NOTHING, VAGUE, PaddedTiles, fits, pad
from digitnet.training.pages.tile import SIDE, Tile


def tile(marks=1, vague=0, turn=0):
    grey = np.full((SIDE, SIDE), 40, np.uint8)
    grey[1:-1, 1:-1] = 200
    mark = np.array([[120, 80, 20, 30, 7, 0.25]] * marks, np.float32).reshape(-1, 6)
    box = np.array([[10, 20, 30, 40]] * vague, np.float32).reshape(-1, 4)
    return Tile(grey, mark, box, turn)


def test_all_of_a_tile_is_kept():
    first, second = tile(marks=2, turn=3), tile(marks=0, vague=1)
    padded = PaddedTiles.of(pad([first, second]))
    assert len(padded) == 2
    assert padded.grey.dtype == torch.uint8
    assert np.array_equal(padded.grey[0].numpy(), first.grey)
    assert padded.border.tolist() == [40, 40]
    assert np.array_equal(padded.marks[0, :2].numpy(), first.marks)
    assert np.array_equal(padded.vague[1, :1].numpy(), second.vague)
    assert padded.turns.tolist() == [3, 0]


def test_what_fills_up_a_row_is_nothing_and_nowhere():
    padded = PaddedTiles.of(pad([tile(marks=1, vague=1)]))
    assert (padded.marks[0, 1:, 4] == NOTHING).all()
    assert (padded.vague[0, 1:] < -10 * SIDE).all()


def test_some_of_the_tiles_are_taken_from_every_field():
    padded = PaddedTiles.of(pad([tile(turn=turn) for turn in range(4)]))
    assert padded[1:3].turns.tolist() == [1, 2]
    some = padded[torch.tensor([3, 0, 3])]
    assert some.turns.tolist() == [3, 0, 3]
    assert all(len(field) == 3 for field in vars(some).values())


def test_there_is_room_of_the_same_form():
    room, padded = PaddedTiles.empty(3, torch.device("cpu")), PaddedTiles.of(pad([tile()]))
    for own, field in zip(vars(room).values(), vars(padded).values(), strict=True):
        assert own.dtype == field.dtype
        assert own.shape == (3, *field.shape[1:])
    assert sum(field[0].nbytes for field in vars(room).values()) < 72_500


@pytest.mark.parametrize(("marks", "vague"), [(MARKS + 1, 0), (0, VAGUE + 1)])
def test_a_tile_with_too_much_on_it_is_refused(marks, vague):
    full = tile(marks, vague)
    assert not fits(full)
    assert fits(tile(MARKS, VAGUE))
    with pytest.raises(
        ValueError, match=f"{marks} marks and {vague} vague boxes, expected at most"
    ):
        pad([full])

"""Tiles as tensors of fixed sizes, so that many of them can be changed at once on a device."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from digitnet.training.pages.tile import SIDE, Tile, border_grey

# The most that a tile may hold: one with more is left out of a pool. Of 130 tiles the fullest
# had 214 marks and 6 vague boxes.
MARKS = 256
VAGUE = 40

NOTHING = -1  # the class of a mark that only fills up its row
_FAR = -1e4  # pixels: where boxes lie that only fill up theirs, wherever a tile is moved


@dataclass(frozen=True, eq=False)
class PaddedTiles:
    """N tiles, the fields of `Tile` and the grey of its border.

    grey: [N, 256, 256], 0 to 255, uint8 as made and float32 once changed. border: float32 [N].
    marks: float32 [N, 256, 6], of class -1 where there is none. vague: float32 [N, 40, 4], far
    outside of the tile where there is none. turns: int64 [N].
    """

    grey: Tensor
    border: Tensor
    marks: Tensor
    vague: Tensor
    turns: Tensor

    @classmethod
    def of(cls, arrays: dict[str, NDArray[np.generic]]) -> "PaddedTiles":
        """The tiles that `pad` has made into arrays."""
        return cls(**{name: torch.from_numpy(array) for name, array in arrays.items()})

    @classmethod
    def empty(cls, count: int, device: torch.device) -> "PaddedTiles":
        """Room for `count` tiles, 72 kB each."""
        one = cls.of(pad([]))
        return cls(
            **{
                name: torch.zeros((count, *field.shape[1:]), dtype=field.dtype, device=device)
                for name, field in vars(one).items()
            }
        )

    def __len__(self) -> int:
        return len(self.turns)

    def __getitem__(self, which: slice | Tensor) -> "PaddedTiles":
        return PaddedTiles(**{name: field[which] for name, field in vars(self).items()})


def fits(tile: Tile) -> bool:
    """Whether all that is on the tile has room in `PaddedTiles`."""
    return len(tile.marks) <= MARKS and len(tile.vague) <= VAGUE


def pad(tiles: list[Tile]) -> dict[str, NDArray[np.generic]]:
    """The fields of `PaddedTiles` as arrays, which go from process to process as bytes.

    Raises:
        ValueError: a tile does not fit.
    """
    count = len(tiles)
    grey = np.zeros((count, SIDE, SIDE), np.uint8)
    marks = np.zeros((count, MARKS, 6), np.float32)
    marks[:, :, 4] = NOTHING
    vague = np.full((count, VAGUE, 4), _FAR, np.float32)
    for index, tile in enumerate(tiles):
        if not fits(tile):
            found = f"{len(tile.marks)} marks and {len(tile.vague)} vague boxes"
            raise ValueError(f"a tile has {found}, expected at most {MARKS} and {VAGUE}")
        grey[index] = tile.grey
        marks[index, : len(tile.marks)] = tile.marks
        vague[index, : len(tile.vague)] = tile.vague
    return {
        "grey": grey,
        "border": np.array([border_grey(tile.grey) for tile in tiles], np.float32),
        "marks": marks,
        "vague": vague,
        "turns": np.array([tile.turn for tile in tiles], np.int64),
    }

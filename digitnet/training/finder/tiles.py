"""Batches of made-up tiles for the finder, an endless stream of them.

The stream follows from its seed and the number of workers alone: a training that goes on
asks for the batches from its next step on and gets those that it would have had.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from digitnet.training.finder.loss import FinderTargets
from digitnet.training.pages.ingredients import Ingredients
from digitnet.training.pages.targets import Targets, make_targets
from digitnet.training.pages.tile import SIDE, Tile, make_tile, varied

# Fresh tiles made at a time, and how often each is given out, changed: a fresh one costs
# some 40 ms, a changed one 4.
_FRESH = 96
_TIMES = 3

Batch = tuple[Tensor, FinderTargets]


@dataclass(frozen=True, eq=False)
class TileStream(IterableDataset[Batch]):
    """Batches (float32 [B, 1, 256, 256], evened, and targets) from number `start` on."""

    ingredients: Ingredients
    batch_size: int
    seed: int = 0
    start: int = 0
    without: frozenset[str] = frozenset()

    def __iter__(self) -> Iterator[Batch]:
        cv2.setNumThreads(1)
        worker = get_worker_info()
        rank, workers = (worker.id, worker.num_workers) if worker else (0, 1)
        # Batch b of the whole stream is made by rank b % workers. The first worker is asked
        # first, so that it takes the rank of the first batch.
        rank = (rank + self.start) % workers
        own = self.start // workers + (rank < self.start % workers)
        in_chunk = self._fresh * _TIMES // self.batch_size
        for chunk in count(own // in_chunk):
            for number, batch in enumerate(self._chunk(chunk, rank)):
                if chunk * in_chunk + number >= own:
                    yield batch

    @property
    def _fresh(self) -> int:
        """Fresh tiles of a chunk: enough for one batch at least."""
        return max(_FRESH, -(-self.batch_size // _TIMES))

    def _chunk(self, chunk: int, rank: int) -> Iterator[Batch]:
        rng = np.random.default_rng([self.seed, rank, chunk])
        fresh = [make_tile(rng, self.ingredients, self.without) for _ in range(self._fresh)]
        order = rng.permutation(len(fresh) * _TIMES)
        for at in range(0, len(order) - self.batch_size + 1, self.batch_size):
            tiles = []
            for index in order[at : at + self.batch_size]:
                tile = fresh[index % len(fresh)]
                tiles.append(tile if index < len(fresh) else varied(rng, tile))
            yield collate(tiles)


class TileBatches:
    """The stream as `train_steps` asks for it, made by other processes meanwhile.

    Steps are asked for one after the other, from any on; `device` is where they are wanted.
    """

    def __init__(self, stream: TileStream, steps: int, device: torch.device, workers: int = 1):
        """workers: processes that make tiles; 0 for none beside this one."""
        self._stream, self._steps, self._device = stream, steps, device
        self._workers = workers
        self._next = -1
        self._batches: Iterator[Batch] = iter(())

    def __len__(self) -> int:
        return self._steps

    def __getitem__(self, step: int) -> Batch:
        if step != self._next:
            cv2.setNumThreads(1)  # OpenCV's threads are lost in a fork, and waited for without end
            self._batches = iter(
                DataLoader(
                    replace(self._stream, start=step),
                    batch_size=None,
                    num_workers=self._workers,
                    prefetch_factor=8 if self._workers else None,
                    pin_memory=self._device.type == "cuda",
                )
            )
        self._next = step + 1
        pictures, targets = next(self._batches)
        pictures = pictures.to(self._device, non_blocking=True)
        return pictures.contiguous(memory_format=torch.channels_last), targets.to(self._device)

    def close(self) -> None:
        """End the processes that make tiles."""
        self._batches, self._next = iter(()), -1


def even(grey: np.ndarray) -> np.ndarray:
    """Local contrast evened: uint8 or float32 [H, W] -> float32 [H, W], about -4 to 4."""
    values = grey.astype(np.float32)
    box = (63, 63)  # pixels: more than the largest digit
    mean = cv2.blur(values, box, borderType=cv2.BORDER_REFLECT)
    square = cv2.blur(values * values, box, borderType=cv2.BORDER_REFLECT)
    variance = np.maximum(square - mean * mean, 0)
    return np.clip((values - mean) / np.sqrt(variance + 16), -4, 4)


def collate(tiles: list[Tile]) -> Batch:
    """Tiles as the network and its loss take them."""
    pictures = torch.from_numpy(np.stack([even(tile.grey) for tile in tiles])[:, None])
    targets = [make_targets(tile.marks, tile.vague, SIDE, tile.turn) for tile in tiles]
    return pictures, stack(targets)


def stack(targets: list[Targets]) -> FinderTargets:
    def stacked(name: str) -> Tensor:
        return torch.from_numpy(np.stack([getattr(one, name) for one in targets]))

    return FinderTargets(
        stacked("heat"),
        stacked("heat_weight"),
        stacked("classes"),
        stacked("boxes"),
        torch.tensor([one.turn for one in targets]),
    )

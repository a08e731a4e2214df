"""Batches of tiles for a GPU: fresh ones lie in a pool on the device and are changed there.

A GPU trains faster than processors make pages. Here processors only make fresh tiles, and the
device changes each of them anew whenever it is drawn (`tile_variation.py`). How many have come
by a step depends on the machine: such a training is not repeatable to the bit.
"""

import multiprocessing
import signal
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import count

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from digitnet.errors import DeviceError, WorkerError
from digitnet.training.finder.padded_tiles import PaddedTiles, fits, pad
from digitnet.training.finder.tile_targets import make_targets
from digitnet.training.finder.tile_variation import even, vary
from digitnet.training.finder.tiles import Batch
from digitnet.training.pages.ingredients import Ingredients
from digitnet.training.pages.tile import SIDE, Tile, make_tile

FIRST = 2000  # fresh tiles that are waited for before the first step

_PLAIN_SHARE = 0.2  # of drawn tiles, those given out as they were made
_CHUNK = 16  # tiles that a worker makes at a time, in some 0.6 s
_AHEAD = 3  # chunks under way for each worker

Chunk = dict[str, NDArray[np.generic]]

_own: Ingredients | None = None  # each worker's


class TilePool:
    """The newest `size` fresh tiles, on a device. fresh: how many were ever put in."""

    def __init__(self, size: int, device: torch.device):
        """Raises:
        DeviceError: there is no room for so many.
        """
        self.size, self.device, self.fresh = size, device, 0
        try:
            self._tiles = PaddedTiles.empty(size, device)
        except RuntimeError as error:  # PyTorch's, out of memory
            raise DeviceError(
                f"a pool of {size:,} tiles, 72 kB each, has no room on device '{device}'; "
                "name a smaller number with --pool"
            ) from error

    def __len__(self) -> int:
        return min(self.fresh, self.size)

    def add(self, tiles: PaddedTiles) -> None:
        """Put tiles in, each in the place of the oldest once the pool is full."""
        self.fresh += len(tiles)
        tiles = tiles[-self.size :]
        first = self.fresh - len(tiles)
        places = torch.arange(first, self.fresh, device=self.device) % self.size
        for own, new in zip(vars(self._tiles).values(), vars(tiles).values(), strict=True):
            if self.device.type == "cuda":
                new = new.pin_memory()  # else the copy waits for all that the device has to do
            own[places] = new.to(self.device, non_blocking=True)

    def draw(
        self, number: int, generator: torch.Generator, plain_share: float = _PLAIN_SHARE
    ) -> Batch:
        """A batch of `number` tiles, any of the pool's, most of them changed.

        generator: on the pool's device.
        """
        which = torch.randint(len(self), (number,), generator=generator, device=self.device)
        tiles = vary(self._tiles[which], generator, plain_share)
        pictures = even(tiles.grey)[:, None].contiguous(memory_format=torch.channels_last)
        return pictures, make_targets(tiles.marks, tiles.vague, tiles.turns, SIDE)


class PoolBatches:
    """The pool as `train_steps` asks for it, filled by other processes meanwhile.

    What a tile shows follows from the seed and from the step that was asked for first, so that
    a training that goes on sees new ones.
    """

    def __init__(
        self,
        pool: TilePool,
        ingredients: Ingredients,
        batch_size: int,
        steps: int,
        *,
        seed: int = 0,
        workers: int = 1,
        first: int = FIRST,
    ):
        """workers: processes that make tiles; with 0, this one makes 16 before each step.
        first: fresh tiles to wait for before the first step, if the pool holds so many."""
        self._pool, self._batch_size, self._steps = pool, batch_size, steps
        self._ingredients, self._seed, self._workers = ingredients, seed, workers
        self._first = min(first, pool.size)
        self._generator = torch.Generator(pool.device)
        self._numbers, self._start = count(), -1
        self._processes: ProcessPoolExecutor | None = None
        self._under_way: deque[Future[Chunk]] = deque()

    def __len__(self) -> int:
        return self._steps

    def __getitem__(self, step: int) -> Batch:
        """Raises:
        WorkerError: a process that makes tiles ended.
        """
        if self._start < 0:
            self._start = step
        if self._workers:
            self._collect()
        else:
            self._make()
        self._generator.manual_seed(
            int(np.random.SeedSequence([self._seed, step]).generate_state(1)[0])
        )
        return self._pool.draw(self._batch_size, self._generator)

    def close(self) -> None:
        """End the processes that make tiles."""
        if self._processes is not None:
            self._processes.shutdown(cancel_futures=True)
        self._processes = None
        self._under_way.clear()

    def _make(self) -> None:
        while True:
            chunk = make_chunk(self._ingredients, [self._seed, self._start, next(self._numbers)])
            self._pool.add(PaddedTiles.of(chunk))
            if self._pool.fresh >= self._first:
                return

    def _collect(self) -> None:
        """Take what has been made, and have as much more made."""
        if self._processes is None:
            spawn = multiprocessing.get_context("spawn")  # a fork of a process with CUDA can hang
            self._processes = ProcessPoolExecutor(
                self._workers, spawn, initializer=_start, initargs=(self._ingredients,)
            )
        try:
            while True:
                while len(self._under_way) < _AHEAD * self._workers:
                    seeds = [self._seed, self._start, next(self._numbers)]
                    self._under_way.append(self._processes.submit(_make_own, seeds))
                if self._pool.fresh >= self._first and not self._under_way[0].done():
                    return
                self._pool.add(PaddedTiles.of(self._under_way.popleft().result()))
        except BrokenProcessPool as error:
            raise WorkerError(
                "a process that made tiles ended, perhaps for want of memory; "
                "name a smaller number of --workers"
            ) from error


def make_chunk(
    ingredients: Ingredients,
    seeds: list[int],
    without: frozenset[str] = frozenset(),
    number: int = _CHUNK,
) -> Chunk:
    """Fresh tiles, as `pad` makes them into arrays. without: as for `make_tile`."""
    rng = np.random.default_rng(seeds)
    tiles: list[Tile] = []
    while len(tiles) < number:
        tile = make_tile(rng, ingredients, without)
        if fits(tile):
            tiles.append(tile)
    return pad(tiles)


def _start(ingredients: Ingredients) -> None:
    global _own
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that trains
    cv2.setNumThreads(1)
    _own = ingredients


def _make_own(seeds: list[int]) -> Chunk:
    assert _own is not None
    return make_chunk(_own, seeds)

import multiprocessing
from itertools import islice
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from digitnet.reading.pyramid import evened
from digitnet.training.finder import tiles
from digitnet.training.finder.tiles import TileBatches, TileStream, collate, even, stack
from digitnet.training.pages.arrangement import KINDS
from digitnet.training.pages.tile import SIDE, Tile

CPU = torch.device("cpu")
BATCH = 4


@pytest.fixture
def quick(monkeypatch):
    """Small chunks of tiles that cost nothing, each unlike any other: four batches a chunk."""

    def make_tile(rng, ingredients, without=frozenset()):
        made.append(ingredients)
        grey = np.full((SIDE, SIDE), rng.integers(256), np.uint8)
        grey[100:140, 100:140] = rng.integers(0, 256, (40, 40))
        mark = np.array([[120, 120, 40, 40, rng.integers(10), 0]], np.float32)
        return Tile(grey, mark, np.zeros((0, 4), np.float32), int(rng.integers(4)))

    made: list[object] = []
    monkeypatch.setattr(tiles, "make_tile", make_tile)
    monkeypatch.setattr(tiles, "_FRESH", 6)
    return made


def stream(**changes):
    return TileStream(**{"ingredients": "inks", "batch_size": BATCH, "seed": 3, **changes})


def take(batches, count):
    return list(islice(iter(batches), count))


def same(first, second):
    pictures = torch.equal(first[0], second[0])
    pairs = zip(vars(first[1]).values(), vars(second[1]).values(), strict=True)
    return pictures and all(torch.equal(a, b) for a, b in pairs)


def test_batches_have_the_documented_shapes(quick):
    pictures, targets = take(stream(), 1)[0]
    cells = SIDE // 4
    assert pictures.shape == (BATCH, 1, SIDE, SIDE)
    assert pictures.dtype == targets.heat.dtype == torch.float32
    assert targets.heat.shape == targets.heat_weight.shape == (BATCH, cells, cells)
    assert targets.classes.shape == (BATCH, cells, cells)
    assert targets.boxes.shape == (BATCH, 4, cells, cells)
    assert targets.turns.shape == (BATCH,)
    assert targets.classes.dtype == targets.turns.dtype == torch.int64


@pytest.mark.slow
def test_the_seed_decides(quick):
    first, again = take(stream(), 9), take(stream(), 9)
    assert all(map(same, first, again))
    other = take(stream(seed=4), 9)
    assert not any(map(same, first, other))


def test_no_batch_comes_twice(quick):
    batches = take(stream(), 12)
    for index, batch in enumerate(batches):
        assert not any(same(batch, later) for later in batches[index + 1 :])


@pytest.mark.slow
@pytest.mark.parametrize("start", [0, 1, 3, 4, 5, 9])
def test_going_on_gives_the_batches_that_would_have_come(quick, start):
    whole = take(stream(), 12)
    for wanted, batch in zip(whole[start:], take(stream(start=start), 12 - start), strict=True):
        assert same(wanted, batch)


def test_no_chunk_that_is_skipped_is_made(quick):
    take(stream(start=8), 1)
    assert len(quick) == 6
    assert set(quick) == {"inks"}


def test_each_fresh_tile_is_given_out_several_times(quick):
    take(stream(), 4)  # sixteen tiles of six fresh ones
    assert len(quick) == 6


@pytest.mark.slow
@pytest.mark.parametrize("batch_size", [5, 18, 19, 40])
def test_a_batch_may_be_of_any_size(quick, batch_size):
    whole = take(stream(batch_size=batch_size), 4)
    assert all(len(pictures) == batch_size for pictures, _ in whole)
    assert same(take(stream(batch_size=batch_size, start=3), 1)[0], whole[3])


def by_workers(monkeypatch, workers, count, **changes):
    """What a DataLoader gives out: its workers' batches in turn, from the first worker on."""
    own = []
    for worker in range(workers):
        info = SimpleNamespace(id=worker, num_workers=workers)
        monkeypatch.setattr(tiles, "get_worker_info", lambda info=info: info)
        own.append(take(stream(**changes), -(-count // workers)))
    return [own[number % workers][number // workers] for number in range(count)]


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2, 3])
@pytest.mark.parametrize("start", [1, 2, 5, 8])
def test_several_workers_go_on_in_the_same_order(quick, monkeypatch, workers, start):
    whole = by_workers(monkeypatch, workers, 14)
    rest = by_workers(monkeypatch, workers, 14 - start, start=start)
    assert all(map(same, whole[start:], rest))


def test_workers_make_different_batches(quick, monkeypatch):
    batches = by_workers(monkeypatch, 2, 8)
    for index, batch in enumerate(batches):
        assert not any(same(batch, later) for later in batches[index + 1 :])


@pytest.mark.slow
def test_steps_are_batches_of_the_stream(quick):
    batches, whole = TileBatches(stream(), 9, CPU, workers=0), take(stream(), 9)
    assert len(batches) == 9
    for step in range(6):
        assert same(batches[step], whole[step])
    made = len(quick)
    assert same(batches[6], whole[6])
    assert len(quick) == made  # one after the other, nothing is made again
    assert same(batches[2], whole[2])
    assert same(batches[3], whole[3])


def test_pictures_lie_as_the_network_wants_them(quick):
    pictures, targets = TileBatches(stream(), 1, CPU, workers=0)[0]
    assert pictures.is_contiguous(memory_format=torch.channels_last)
    assert targets.heat.device == CPU


@pytest.mark.slow
def test_other_processes_make_the_same_and_go_on_the_same(quick):
    if multiprocessing.get_start_method() != "fork":
        pytest.skip("only a forked process makes the tiles that cost nothing")
    alone = take(stream(), 3)
    one = TileBatches(stream(), 9, CPU, workers=1)
    assert all(same(one[step], alone[step]) for step in range(3))
    two = TileBatches(stream(), 9, CPU, workers=2)
    whole = [two[step] for step in range(6)]
    assert all(same(whole[2 * number], alone[number]) for number in range(3))
    again = TileBatches(stream(), 9, CPU, workers=2)
    assert all(same(again[step], whole[step]) for step in range(3, 6))


@pytest.mark.slow
def test_real_tiles_come_through_and_what_is_left_out_stays_out(ingredients, monkeypatch):
    monkeypatch.setattr(tiles, "_FRESH", 6)
    pictures, targets = take(TileStream(ingredients, 6, seed=1), 1)[0]
    assert pictures.isfinite().all()
    assert (targets.heat == 1).any()
    without = frozenset(KINDS) - {"nothing"} | {"letters"}
    _, targets = take(TileStream(ingredients, 6, seed=1, without=without), 1)[0]
    assert not targets.heat.any()


def test_collate_keeps_the_order_of_the_tiles():
    none = np.zeros((0, 4), np.float32)
    mark = np.array([[120, 80, 20, 30, 7, 0]], np.float32)
    grey = np.random.default_rng(0).integers(0, 256, (2, SIDE, SIDE), dtype=np.uint8)
    pictures, targets = collate([Tile(grey[0], mark[:0], none), Tile(grey[1], mark, none, 0)])
    for index in range(2):
        assert np.array_equal(pictures[index, 0].numpy(), even(grey[index]))
    assert not targets.heat[0].any()
    assert targets.heat[1, 20, 30] == 1 or targets.heat[1, 19, 29] == 1
    assert set(targets.classes[1].unique().tolist()) == {-1, 7}


def test_stack_takes_every_field_and_the_turn():
    none = np.zeros((0, 4), np.float32)
    one = tiles.make_targets(np.array([[30, 30, 12, 20, 4, 0]], np.float32), none, 64, 3)
    two = tiles.make_targets(np.zeros((0, 6), np.float32), none, 64, 1)
    both = stack([one, two])
    for name in ("heat", "heat_weight", "classes", "boxes"):
        assert np.array_equal(getattr(both, name)[0].numpy(), getattr(one, name))
        assert np.array_equal(getattr(both, name)[1].numpy(), getattr(two, name))
    assert both.turns.tolist() == [3, 1]


@given(seed=st.integers(0, 2**16), low=st.integers(0, 200), high=st.integers(1, 255))
def test_training_evens_as_reading_does(seed, low, high):
    low, high = min(low, high - 1), max(low + 1, high)
    grey = np.random.default_rng(seed).integers(low, high, (96, 112)).astype(np.uint8)
    grey[20:40, 30:36] = 255 - grey[20:40, 30:36]
    pixels = even(grey)
    assert pixels.dtype == np.float32
    assert np.abs(pixels).max() <= 4
    assert np.abs(pixels - evened(grey.astype(np.float32))).max() < 1e-3


def test_even_takes_off_light_and_turns_with_the_ink():
    grey = np.random.default_rng(0).normal(100, 30, (128, 128)).clip(0, 200).astype(np.float32)
    assert np.abs(even(grey + 40) - even(grey)).max() < 0.01
    assert np.abs(even(1.2 * grey) - even(grey)).max() < 0.05
    assert np.abs(even(255 - grey) + even(grey)).max() < 0.01
    assert not even(np.full((64, 64), 128, np.uint8)).any()

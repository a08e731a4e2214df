import numpy as np
import pytest
import torch

from digitnet.errors import DeviceError, WorkerError
from digitnet.training.finder import tile_pool
from digitnet.training.finder.loss import finder_loss
from digitnet.training.finder.padded_tiles import MARKS, PaddedTiles, pad
from digitnet.training.finder.recipe import FinderRecipe
from digitnet.training.finder.tile_pool import PoolBatches, TilePool, make_chunk
from digitnet.training.finder.tiles import collate
from digitnet.training.finder.train import fresh_state, train_finder
from digitnet.training.pages.arrangement import KINDS
from digitnet.training.pages.tile import SIDE, Tile, make_tile

CPU = torch.device("cpu")
NONE = np.zeros((0, 4), np.float32)


def numbered(number):
    """A tile that can be told by the class of its mark."""
    grey = np.full((SIDE, SIDE), 200, np.uint8)
    grey[108:132, 108:132] = 20
    return Tile(grey, np.array([[120, 120, 24, 24, number, 0]], np.float32), NONE)


def put(pool, numbers):
    pool.add(PaddedTiles.of(pad([numbered(number) for number in numbers])))


def held(pool):
    """The classes that a pool gives out."""
    _, targets = pool.draw(16, torch.Generator(), plain_share=1.0)
    return set(targets.classes.unique().tolist()) - {-1}


@pytest.fixture
def quick(monkeypatch):
    """Tiles that cost nothing, counted."""
    made = []

    def make_quickly(rng, ingredients, without=frozenset()):
        made.append(ingredients)
        return numbered(int(rng.integers(10)))

    monkeypatch.setattr(tile_pool, "make_tile", make_quickly)
    return made


def same(first, second):
    pairs = zip(vars(first[1]).values(), vars(second[1]).values(), strict=True)
    return torch.equal(first[0], second[0]) and all(torch.equal(a, b) for a, b in pairs)


@pytest.mark.slow
def test_a_batch_without_change_is_that_of_the_stream(ingredients):
    rng = np.random.default_rng(1)  # of no mark exactly nine tenths are seen: that is a tie
    tiles = [make_tile(rng, ingredients) for _ in range(6)]
    wanted_pictures, wanted = collate(tiles)
    generator = torch.Generator().manual_seed(0)
    drawn = set()
    pool = TilePool(6, CPU)
    pool.add(PaddedTiles.of(pad(tiles)))
    pictures, targets = pool.draw(12, generator, plain_share=1.0)
    assert pictures.is_contiguous(memory_format=torch.channels_last)
    for index, picture in enumerate(pictures):
        distances = (picture - wanted_pictures).abs().flatten(1).amax(1)
        which = int(distances.argmin())
        drawn.add(which)
        assert distances[which] < 2e-3
        for name, value in vars(wanted).items():
            own = getattr(targets, name)[index]
            assert own.dtype == value.dtype
            assert torch.allclose(own.double(), value[which].double(), rtol=0, atol=1e-5), name
    assert len(drawn) > 3


@pytest.mark.slow
def test_a_pool_gives_out_what_was_put_in_and_nothing_else():
    pool = TilePool(10, CPU)
    put(pool, [1, 2, 3])
    assert (len(pool), pool.fresh) == (3, 3)
    assert held(pool) == {1, 2, 3}


@pytest.mark.slow
def test_a_full_pool_forgets_the_oldest():
    pool = TilePool(4, CPU)
    put(pool, [0, 1, 2])
    put(pool, [3, 4, 5])
    assert (len(pool), pool.fresh) == (4, 6)
    assert held(pool) == {2, 3, 4, 5}
    put(pool, [6])
    assert held(pool) == {3, 4, 5, 6}


@pytest.mark.slow
def test_of_more_than_it_holds_a_pool_keeps_the_newest():
    pool = TilePool(2, CPU)
    put(pool, [0, 1, 2, 3, 4])
    assert (len(pool), pool.fresh) == (2, 5)
    assert held(pool) == {3, 4}
    put(pool, [5])
    assert held(pool) == {4, 5}


def test_a_pool_without_room_is_refused(monkeypatch):
    def full(count, device):
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(PaddedTiles, "empty", full)
    with pytest.raises(DeviceError, match=r"9,000,000 tiles.*smaller number with --pool"):
        TilePool(9_000_000, CPU)


def batches(size=40, **changes):
    arguments = {"batch_size": 4, "steps": 9, "seed": 3, "workers": 0, "first": 32, **changes}
    return PoolBatches(TilePool(size, CPU), "inks", **arguments)


@pytest.mark.slow
def test_the_first_step_waits_for_enough_and_each_brings_more(quick):
    source = batches()
    assert len(source) == 9
    source[0]
    assert len(quick) == 32
    source[1]
    assert len(quick) == 48
    assert set(quick) == {"inks"}


def test_a_pool_smaller_than_what_is_waited_for_is_enough(quick):
    batches(size=5)[0]
    assert len(quick) == 16


@pytest.mark.slow
def test_without_other_processes_the_seed_decides(quick):
    first, again, other = batches(), batches(), batches(seed=4)
    for step in range(3):
        batch = first[step]
        assert same(batch, again[step])
        assert not same(batch, other[step])


@pytest.mark.slow
def test_no_batch_comes_twice(quick):
    source = batches()
    given = [source[step] for step in range(4)]
    for index, batch in enumerate(given):
        assert not any(same(batch, later) for later in given[index + 1 :])


def test_a_training_that_goes_on_sees_new_tiles(monkeypatch):
    asked = []

    def make(ingredients, seeds):
        asked.append(tuple(seeds))
        return pad([numbered(1)] * 16)

    monkeypatch.setattr(tile_pool, "make_chunk", make)
    batches()[0]
    batches()[5]
    assert len(set(asked)) == len(asked) == 4


def test_what_is_left_out_stays_out_and_the_seeds_decide(ingredients):
    without = frozenset(KINDS) - {"nothing"} | {"letters"}
    chunk = make_chunk(ingredients, [1, 2], without, number=3)
    assert (chunk["marks"][:, :, 4] == 10).sum() == (chunk["marks"][:, :, 4] >= 0).sum()
    again = make_chunk(ingredients, [1, 2], without, number=3)
    assert all(np.array_equal(chunk[name], again[name]) for name in chunk)


def test_a_tile_too_full_for_the_pool_is_made_anew(monkeypatch):
    full = Tile(numbered(0).grey, np.repeat(numbered(0).marks, MARKS + 1, axis=0), NONE)
    given = iter([full, numbered(1), full, full, numbered(2)])
    monkeypatch.setattr(tile_pool, "make_tile", lambda *_: next(given))
    assert make_chunk(None, [0], number=2)["marks"][:, 0, 4].tolist() == [1, 2]


@pytest.mark.slow
def test_other_processes_fill_the_pool_and_end(ingredients):
    pool = TilePool(64, CPU)
    source = PoolBatches(pool, ingredients, 2, 4, workers=1, first=16)
    try:
        pictures, targets = source[0]
        assert pool.fresh >= 16
        assert pictures.shape == (2, 1, SIDE, SIDE)
        assert targets.heat.shape == (2, SIDE // 4, SIDE // 4)
        worker = next(iter(source._processes._processes.values()))
        worker.kill()
        worker.join()
        with pytest.raises(WorkerError, match="smaller number of --workers"):
            all(source[step] for step in range(1, 1000))
    finally:
        source.close()


@pytest.mark.slow
def test_a_few_steps_of_training_learn(quick):
    recipe = FinderRecipe(widths=(8, 8, 8), steps=20, batch_size=2, lr=5e-3)
    state = fresh_state(recipe, CPU)
    source = PoolBatches(TilePool(16, CPU), "inks", 2, 20, workers=0, first=16)
    pictures, targets = source[0]

    def loss():
        return float(finder_loss(state.model(pictures), targets).detach())

    before = loss()
    (mean,) = train_finder(recipe, state, source, torch.float32)
    assert state.step == 20
    assert loss() < before
    assert mean < 2 * before

from types import SimpleNamespace

import pytest
import torch

from digitnet.cli import train_finder
from digitnet.reading.finder import Finder
from digitnet.training.finder import tile_pool
from digitnet.training.finder.recipe import FinderRecipe


@pytest.mark.parametrize(
    ("device", "flag", "tiles"),
    [
        ("cpu", None, None),
        ("cpu", 0, None),
        ("cpu", 50, 50),
        ("cuda", None, 100_000),
        ("cuda", 0, None),
        ("cuda", 50, 50),
    ],
)
def test_a_gpu_has_a_pool_of_tiles_unless_told_otherwise(monkeypatch, device, flag, tiles):
    monkeypatch.setattr(tile_pool, "TilePool", lambda size, device: size)
    monkeypatch.setattr(tile_pool, "PoolBatches", lambda pool, *rest, **named: pool)
    args = SimpleNamespace(pool=flag, workers=None)
    on = torch.device(device)
    pool = train_finder._pool_size(args, on)
    made = train_finder._batches(args, pool, FinderRecipe(steps=7), "inks", on)
    assert made == tiles if tiles else len(made) == 7


@pytest.mark.slow
def test_a_short_training_writes_a_file_that_reads(command, tmp_path):
    path = tmp_path / "own.onnx"
    outcome = command(
        *("train-finder", "--data", "sample", "--out", str(path), "--steps", "2"),
        *("--batch-size", "2", "--calibrate", "2", "--device", "cpu"),
    )
    assert outcome.status == 0, outcome.err
    assert "step 2 of 2" in outcome.out
    assert f"digitnet read --finder {path}" in outcome.out
    assert set(Finder(path).metadata["calibration"]) == {"confidence", "one", "in_form"}
    assert list(tmp_path.iterdir()) == [path]


def test_an_existing_file_is_kept(command, tmp_path):
    path = tmp_path / "own.onnx"
    path.write_bytes(b"mine")
    outcome = command("train-finder", "--out", str(path), "--steps", "1")
    assert outcome.status == 2
    assert "--force" in outcome.err
    assert path.read_bytes() == b"mine"

import errno
import os
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from digitnet.errors import RunError
from digitnet.training.checkpoint import (
    packed,
    read_checkpoint,
    restore_state,
    save_checkpoint,
    unpack,
)
from digitnet.training.ema import MovingAverage
from digitnet.training.epochs import train
from digitnet.training.state import LoopState, TrainingState
from tests.training.checkpoints import DATASET, RECIPE, SETTINGS, restored, rewrite


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("damaged")


@pytest.mark.slow
def test_a_checkpoint_holds_everything(checkpoint, stopped):
    content = read_checkpoint(checkpoint)
    assert (content["recipe"], content["settings"]) == (RECIPE, SETTINGS)
    again = restore_state(content, DATASET, checkpoint)
    assert (again.epoch, again.step) == (1, 4)
    assert (again.history, again.train_s) == (stopped.history, stopped.train_s)
    for found, saved in (
        (again.model.state_dict(), stopped.model.state_dict()),
        (again.optimizer.state_dict(), stopped.optimizer.state_dict()),
        ([again.losses, again.correct], [stopped.losses, stopped.correct]),
    ):
        torch.testing.assert_close(found, saved, rtol=0, atol=0)
    strides = [tensor.stride() for tensor in stopped.model.state_dict().values()]
    assert [tensor.stride() for tensor in again.model.state_dict().values()] == strides


def to_version_1(content):
    """What version 0.1 wrote: other names, and steps counted from the epoch's first."""
    earlier = {"ema_decay": "average", "warmup_fraction": "peak", "clean_tail": "settle"}
    earlier |= {"crop_fraction": "middle", "hard_fraction": "hardest", "distortion": "hand"}
    earlier |= {"stroke_width": "pen", "blur": "ink", "background": "ground"}
    values = content["recipe"].items()
    content["recipe"] = {earlier.get(name, name): value for name, value in values}
    content.update(version=1, average=content.pop("ema"), epoch=1, step=content["step"] - 3)


@pytest.mark.slow
def test_a_checkpoint_of_version_1_goes_on_as_it_would_have(checkpoint, stopped):
    rewrite(checkpoint, to_version_1)
    again = restored(checkpoint)
    assert (again.epoch, again.step) == (1, 4)
    list(train(RECIPE, DATASET, again, precision=torch.float32))
    whole = TrainingState.fresh(RECIPE, DATASET)
    list(train(RECIPE, DATASET, whole, precision=torch.float32))
    torch.testing.assert_close(again.model.state_dict(), whole.model.state_dict(), rtol=0, atol=0)


def test_a_checkpoint_of_before_there_were_losses_of_images(checkpoint, stopped):
    def drop(content):
        to_version_1(content)
        for entry in (content, "image_losses"), (content["recipe"], "hardest"):
            entry[0].pop(entry[1])
        content["recipe"].pop("settle")

    rewrite(checkpoint, drop)
    torch.testing.assert_close(
        restored(checkpoint).model.state_dict(), stopped.model.state_dict(), rtol=0, atol=0
    )


@pytest.mark.slow
def test_the_moving_average_and_the_losses_of_images_come_back(tmp_path):
    recipe = RECIPE.with_changes({"ema_decay": 0.9, "hard_fraction": 0.5})
    state = TrainingState.fresh(recipe, DATASET)
    for _ in zip(range(5), train(recipe, DATASET, state, precision=torch.float32), strict=False):
        pass
    save_checkpoint(tmp_path / "c.pt", recipe, state, SETTINGS)
    again = restored(tmp_path / "c.pt")
    assert torch.equal(again.image_losses, state.image_losses)
    found, saved = again.result.state_dict(), state.result.state_dict()
    torch.testing.assert_close(found, saved, rtol=0, atol=0)
    assert not torch.equal(again.result.conv1.weight, again.model.conv1.weight)


def test_any_network_can_be_packed():
    """What the reading half trains goes on from a file of the same kind."""

    def fresh():
        model = torch.nn.Linear(2, 1)
        optimizer = torch.optim.Adam(model.parameters())
        return LoopState(model=model, optimizer=optimizer, ema=MovingAverage(model, 0.9))

    state, again = fresh(), fresh()
    state.model(torch.ones(1, 2)).sum().backward()
    state.optimizer.step()
    state.step = 7
    unpack(packed(state), again, Path("finder.pt"))
    assert again.step == 7
    assert torch.equal(again.model.weight, state.model.weight)
    assert torch.equal(again.ema.module.weight, state.ema.module.weight)
    found, saved = again.optimizer.state_dict(), state.optimizer.state_dict()
    torch.testing.assert_close(found, saved, rtol=0, atol=0)
    with pytest.raises(RunError, match=r"finder.pt: weight has \[1, 3\], expected \[1, 2\]"):
        unpack(
            packed(state) | {"model": torch.nn.Linear(3, 1).state_dict()}, again, Path("finder.pt")
        )


# Damage


@given(st.data())
def test_a_checkpoint_cut_anywhere_is_refused(folder, checkpoint_bytes, data):
    length = data.draw(st.integers(0, len(checkpoint_bytes) - 1))
    path = folder / "cut.pt"
    path.write_bytes(checkpoint_bytes[:length])
    with pytest.raises(RunError, match=f"{path} is truncated, damaged or no digitnet checkpoint"):
        read_checkpoint(path)


@pytest.mark.slow
@given(st.data())
def test_a_flipped_byte_is_refused_or_harmless(folder, checkpoint_bytes, stopped, data):
    # The archive's directory, at its end, is small and has the most to go wrong.
    length = len(checkpoint_bytes)
    at = data.draw(st.integers(0, length - 1) | st.integers(length - 8000, length - 1))
    damaged = bytearray(checkpoint_bytes)
    damaged[at] ^= data.draw(st.integers(1, 255))
    path = folder / "flipped.pt"
    path.write_bytes(damaged)
    try:
        again = restored(path)
    except RunError as error:
        refusal = str(error)
    else:
        saved = stopped.model.state_dict()
        torch.testing.assert_close(again.model.state_dict(), saved, rtol=0, atol=0)
        optimizer = stopped.optimizer.state_dict()
        torch.testing.assert_close(again.optimizer.state_dict(), optimizer, rtol=0, atol=0)
        return
    assert str(path) in refusal


def test_a_flipped_bit_of_a_weight_is_refused(checkpoint, stopped):
    content, weight = checkpoint.read_bytes(), stopped.model.conv4.weight
    stored = weight.detach().permute(0, 2, 3, 1).contiguous().numpy().tobytes()
    at = content.index(stored) + 100
    checkpoint.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
    with pytest.raises(RunError, match="is truncated, damaged"):
        restored(checkpoint)


# PyTorch takes an entry with this attribute for a folder, and its bytes for whatever was there.
def test_an_attribute_of_an_entry_is_refused(checkpoint):
    content = bytearray(checkpoint.read_bytes())
    entry = content.rindex(b"PK\1\2", 0, content.rindex(b"/data/5"))
    content[entry + 38] = 0x10
    checkpoint.write_bytes(content)
    with pytest.raises(RunError, match="is truncated, damaged"):
        read_checkpoint(checkpoint)


# Writing


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_full_disk_leaves_the_old_checkpoint(checkpoint, stopped, monkeypatch, call):
    before = checkpoint.read_bytes()

    def full(*args):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, call, full)
    with pytest.raises(RunError, match=f"cannot write {checkpoint}: No space left on device; free"):
        save_checkpoint(checkpoint, RECIPE, TrainingState.fresh(RECIPE, DATASET), SETTINGS)
    assert checkpoint.read_bytes() == before
    assert os.listdir(checkpoint.parent) == [checkpoint.name]

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
from digitnet.training.recipe import Recipe
from digitnet.training.state import LoopState, TrainingState
from tests.conftest import made_up_dataset

DATASET = made_up_dataset()
RECIPE = Recipe(epochs=2, batch_size=20)
SETTINGS = {"threads": 2, "data": "made up"}


@pytest.fixture(scope="module")
def state():
    """In the middle of the second epoch."""
    state = TrainingState.fresh(RECIPE, DATASET)
    results = train(RECIPE, DATASET, state, precision=torch.float32)
    for _ in range(5):  # three steps, an epoch, a step
        next(results)
    return state


@pytest.fixture(scope="module")
def checkpoint_bytes(state, tmp_path_factory):
    path = tmp_path_factory.mktemp("whole") / "checkpoint.pt"
    save_checkpoint(path, RECIPE, state, SETTINGS)
    return path.read_bytes()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("damaged")


@pytest.fixture
def path(tmp_path, checkpoint_bytes):
    path = tmp_path / "checkpoint.pt"
    path.write_bytes(checkpoint_bytes)
    return path


def restored(path):
    return restore_state(read_checkpoint(path), DATASET, path)


def rewrite(path, change):
    """Change the content of a file of ours."""
    content = torch.load(path, weights_only=True)
    change(content)
    torch.save(content, path)


@pytest.mark.slow
def test_a_checkpoint_holds_everything(path, state):
    content = read_checkpoint(path)
    assert (content["recipe"], content["settings"]) == (RECIPE, SETTINGS)
    again = restore_state(content, DATASET, path)
    assert (again.epoch, again.step) == (1, 4)
    assert (again.history, again.train_s) == (state.history, state.train_s)
    for found, saved in (
        (again.model.state_dict(), state.model.state_dict()),
        (again.optimizer.state_dict(), state.optimizer.state_dict()),
        ([again.losses, again.correct], [state.losses, state.correct]),
    ):
        torch.testing.assert_close(found, saved, rtol=0, atol=0)
    strides = [tensor.stride() for tensor in state.model.state_dict().values()]
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
def test_a_checkpoint_of_version_1_goes_on_as_it_would_have(path, state):
    rewrite(path, to_version_1)
    again = restored(path)
    assert (again.epoch, again.step) == (1, 4)
    list(train(RECIPE, DATASET, again, precision=torch.float32))
    whole = TrainingState.fresh(RECIPE, DATASET)
    list(train(RECIPE, DATASET, whole, precision=torch.float32))
    torch.testing.assert_close(again.model.state_dict(), whole.model.state_dict(), rtol=0, atol=0)


def test_a_checkpoint_of_before_there_were_losses_of_images(path, state):
    def drop(content):
        to_version_1(content)
        for entry in (content, "image_losses"), (content["recipe"], "hardest"):
            entry[0].pop(entry[1])
        content["recipe"].pop("settle")

    rewrite(path, drop)
    torch.testing.assert_close(
        restored(path).model.state_dict(), state.model.state_dict(), rtol=0, atol=0
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
def test_a_flipped_byte_is_refused_or_harmless(folder, checkpoint_bytes, state, data):
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
        saved = state.model.state_dict()
        torch.testing.assert_close(again.model.state_dict(), saved, rtol=0, atol=0)
        optimizer = state.optimizer.state_dict()
        torch.testing.assert_close(again.optimizer.state_dict(), optimizer, rtol=0, atol=0)
        return
    assert str(path) in refusal


def test_a_flipped_bit_of_a_weight_is_refused(path, state):
    content, weight = path.read_bytes(), state.model.conv4.weight
    stored = weight.detach().permute(0, 2, 3, 1).contiguous().numpy().tobytes()
    at = content.index(stored) + 100
    path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
    with pytest.raises(RunError, match="is truncated, damaged"):
        restored(path)


# PyTorch takes an entry with this attribute for a folder, and its bytes for whatever was there.
def test_an_attribute_of_an_entry_is_refused(path):
    content = bytearray(path.read_bytes())
    entry = content.rindex(b"PK\1\2", 0, content.rindex(b"/data/5"))
    content[entry + 38] = 0x10
    path.write_bytes(content)
    with pytest.raises(RunError, match="is truncated, damaged"):
        read_checkpoint(path)


# Whole files, but not the right ones


@pytest.mark.parametrize("version", [0, 3, None, "1"])
def test_another_version(path, version):
    rewrite(path, lambda content: content.update(version=version))
    with pytest.raises(RunError, match=f"{path} has format version {version}, .* update digitnet"):
        read_checkpoint(path)


CHANGES = {
    "an entry too few": (lambda c: c.pop("losses"), r"lacks or adds entries \(losses\)"),
    "an entry too many": (lambda c: c.update(extra=1), r"lacks or adds entries \(extra\)"),
    "a tensor too few": (lambda c: c["model"].pop("conv1.bias"), r"\(conv1.bias\)"),
    "a tensor too many": (lambda c: c["model"].update(conv6=torch.ones(1)), r"\(conv6\)"),
    "no tensors": (lambda c: c.update(model=None), "lacks or adds entries"),
    "a tensor of another shape": (
        lambda c: c["model"].update({"conv1.bias": torch.ones(17)}),
        r"conv1.bias has \[17\], expected \[16\]",
    ),
    "a number in place of a tensor": (
        lambda c: c["model"].update({"conv1.bias": 3}),
        r"conv1.bias has int, expected \[16\]",
    ),
    "an optimizer of another shape": (
        lambda c: c["optimizer"]["state"][1].update(exp_avg=torch.ones(3)),
        r"optimizer 1 exp_avg has \[3\], expected \[16\]",
    ),
    "an optimizer of more tensors": (
        lambda c: c["optimizer"]["state"].update({99: c["optimizer"]["state"][0]}),
        "holds no state of this training; train again",
    ),
    "no optimizer": (lambda c: c.update(optimizer={}), "holds no state of this training"),
    "losses of other steps": (
        lambda c: c.update(losses=torch.ones(4)),
        r"losses has \[4\], expected \[3\]",
    ),
    "no losses of images": (
        lambda c: c["recipe"].update(hard_fraction=0.5),
        "image_losses has NoneType, expected",
    ),
    "no number of correct images": (lambda c: c.update(correct=None), "correct has NoneType"),
    "other columns of history": (
        lambda c: c["history"][0].update(speed=1),
        "holds no state of this training",
    ),
    "a step beyond the last": (lambda c: c.update(step=7), "holds no state of this training"),
    "a step before the first": (lambda c: c.update(step=-1), "holds no state of this training"),
    "a step that this shorter epoch has not": (
        lambda c: (
            c["recipe"].update(hard_fraction=0.1),
            c.update(step=6, image_losses=torch.zeros(50)),
        ),
        "holds no state of this training",
    ),
    "a step that is none": (lambda c: c.update(step="1"), "holds no state of this training"),
    "an epoch without history": (lambda c: c.update(history=[]), "holds no state of this training"),
    "a recipe of another version": (
        lambda c: c["recipe"].update(momentum=1),
        r"recipe has fields that this version does not know \(momentum\)",
    ),
    "a recipe out of range": (lambda c: c["recipe"].update(lr=-1.0), "lr is -1.0, expected"),
    "a recipe of other types": (lambda c: c["recipe"].update(lr="high"), "train again"),
    "no recipe": (lambda c: c.update(recipe=None), "train again"),
}


@pytest.mark.slow
@pytest.mark.parametrize(("change", "message"), CHANGES.values(), ids=CHANGES.keys())
def test_a_checkpoint_that_does_not_fit_is_refused_by_name(path, change, message):
    rewrite(path, change)
    with pytest.raises(RunError, match=f"{path}.*{message}"):
        restored(path)


# Writing


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_full_disk_leaves_the_old_checkpoint(path, state, monkeypatch, call):
    before = path.read_bytes()

    def full(*args):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, call, full)
    with pytest.raises(RunError, match=f"cannot write {path}: No space left on device; free"):
        save_checkpoint(path, RECIPE, TrainingState.fresh(RECIPE, DATASET), SETTINGS)
    assert path.read_bytes() == before
    assert os.listdir(path.parent) == [path.name]

import errno
import os
import pickle

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from digitnet.errors import RunError
from digitnet.training.checkpoint import (
    load_weights,
    read_checkpoint,
    restore_state,
    save_checkpoint,
    save_weights,
)
from digitnet.training.loop import train
from digitnet.training.model import DigitNet
from digitnet.training.recipe import Recipe
from digitnet.training.state import TrainingState
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


def test_a_checkpoint_holds_everything(path, state):
    content = read_checkpoint(path)
    assert (content["recipe"], content["settings"]) == (RECIPE, SETTINGS)
    again = restore_state(content, DATASET, path)
    assert (again.epoch, again.step) == (1, 1)
    assert (again.history, again.train_s) == (state.history, state.train_s)
    for found, saved in (
        (again.model.state_dict(), state.model.state_dict()),
        (again.optimizer.state_dict(), state.optimizer.state_dict()),
        ([again.losses, again.correct], [state.losses, state.correct]),
    ):
        torch.testing.assert_close(found, saved, rtol=0, atol=0)
    strides = [tensor.stride() for tensor in state.model.state_dict().values()]
    assert [tensor.stride() for tensor in again.model.state_dict().values()] == strides


def test_a_checkpoint_of_before_there_were_losses_of_images(path, state):
    def drop(content):
        for entry in (content, "image_losses"), (content["recipe"], "hardest"):
            entry[0].pop(entry[1])
        content["recipe"].pop("settle")

    rewrite(path, drop)
    torch.testing.assert_close(
        restored(path).model.state_dict(), state.model.state_dict(), rtol=0, atol=0
    )


@pytest.mark.parametrize("classes", [10, 11])
def test_weights_are_read_as_they_were_written(tmp_path, classes):
    model = DigitNet(classes=classes)
    save_weights(tmp_path / "weights.pt", model, {"accuracy": 0.5})
    loaded = load_weights(str(tmp_path / "weights.pt"))
    torch.testing.assert_close(loaded.state_dict(), model.state_dict(), rtol=0, atol=0)
    assert not loaded.training


# Damage


@given(st.data())
def test_a_checkpoint_cut_anywhere_is_refused(folder, checkpoint_bytes, data):
    length = data.draw(st.integers(0, len(checkpoint_bytes) - 1))
    path = folder / "cut.pt"
    path.write_bytes(checkpoint_bytes[:length])
    with pytest.raises(RunError, match=f"{path} is truncated, damaged or no digitnet checkpoint"):
        read_checkpoint(path)


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


@given(st.binary(max_size=200), st.sampled_from([b"", b"PK\3\4", b"\x80\2", b"\x80\4"]))
def test_any_bytes_are_refused(folder, content, start):
    path = folder / "foreign.pt"
    path.write_bytes(start + content)
    for read, kind in ((read_checkpoint, "checkpoint"), (load_weights, "weights")):
        with pytest.raises(RunError, match=f"no digitnet {kind} file; use another file"):
            read(path)


class Malicious:
    def __init__(self, marker):
        self.marker = marker

    def __reduce__(self):
        return open, (str(self.marker), "w")


@pytest.mark.parametrize("archive", [True, False])
def test_a_file_cannot_run_code(tmp_path, archive):
    path, marker = tmp_path / "weights.pt", tmp_path / "marker"
    content = {"format": "digitnet weights", "version": 1, "model": Malicious(marker)}
    if archive:
        torch.save(content, path)
    else:
        path.write_bytes(pickle.dumps(content))
    for read in (load_weights, read_checkpoint):
        with pytest.raises(RunError, match=f"{path} is truncated, damaged or no digitnet"):
            read(path)
    assert not marker.exists()
    pickle.loads(pickle.dumps(Malicious(marker))).close()  # it would have
    assert marker.exists()


def test_a_huge_file_is_not_read(tmp_path):
    path = tmp_path / "weights.pt"
    path.touch()
    os.truncate(path, 1 << 40)
    with pytest.raises(RunError, match="is larger than any digitnet weights file"):
        load_weights(path)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(RunError, match=r"cannot read .*No such file or directory"):
        load_weights(tmp_path / "none.pt")


# Whole files, but not the right ones


@pytest.mark.parametrize(
    ("content", "found"),
    [([1, 2], "'list'"), ({"conv1.weight": 1}, "None"), ({"format": "other"}, "'other'")],
)
def test_another_file_of_pytorch(tmp_path, content, found):
    torch.save(content, tmp_path / "other.pt")
    with pytest.raises(RunError, match=f"holds {found}, expected a 'digitnet weights' file"):
        load_weights(tmp_path / "other.pt")


def test_weights_are_no_checkpoint_and_the_reverse(path, tmp_path):
    with pytest.raises(RunError, match="holds 'digitnet checkpoint', expected a 'digitnet weights"):
        load_weights(path)
    save_weights(tmp_path / "weights.pt", DigitNet(), {})
    with pytest.raises(RunError, match="holds 'digitnet weights', expected a 'digitnet checkpoint"):
        read_checkpoint(tmp_path / "weights.pt")


@pytest.mark.parametrize("version", [0, 2, None, "1"])
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
        lambda c: c["recipe"].update(hardest=0.5),
        "image_losses has NoneType, expected",
    ),
    "no number of correct images": (lambda c: c.update(correct=None), "correct has NoneType"),
    "other columns of history": (
        lambda c: c["history"][0].update(speed=1),
        "holds no state of this training",
    ),
    "a step beyond the last": (lambda c: c.update(step=4), "holds no state of this training"),
    "a step before the first": (lambda c: c.update(step=-1), "holds no state of this training"),
    "a step that this shorter epoch has not": (
        lambda c: (
            c["recipe"].update(hardest=0.1),
            c.update(step=3, image_losses=torch.zeros(50)),
        ),
        "holds no state of this training",
    ),
    "a step that is none": (lambda c: c.update(step="1"), "holds no state of this training"),
    "an epoch without history": (lambda c: c.update(epoch=2), "holds no state of this training"),
    "a recipe of another version": (
        lambda c: c["recipe"].update(momentum=1),
        r"recipe has fields that this version does not know \(momentum\)",
    ),
    "a recipe out of range": (lambda c: c["recipe"].update(lr=-1.0), "lr is -1.0, expected"),
    "a recipe of other types": (lambda c: c["recipe"].update(lr="high"), "train again"),
    "no recipe": (lambda c: c.update(recipe=None), "train again"),
}


@pytest.mark.parametrize(("change", "message"), CHANGES.values(), ids=CHANGES.keys())
def test_a_checkpoint_that_does_not_fit_is_refused_by_name(path, change, message):
    rewrite(path, change)
    with pytest.raises(RunError, match=f"{path}.*{message}"):
        restored(path)


@pytest.mark.parametrize("change", ["no tensors", "a tensor too few", "a tensor of another shape"])
def test_weights_that_do_not_fit_are_refused_by_name(tmp_path, change):
    path = tmp_path / "weights.pt"
    save_weights(path, DigitNet(), {})
    rewrite(path, CHANGES[change][0])
    with pytest.raises(RunError, match=f"{path}.*{CHANGES[change][1]}"):
        load_weights(path)


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


def test_a_folder_that_may_not_be_written(tmp_path, monkeypatch):
    def refuse(*args, **kwargs):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    with pytest.raises(RunError, match="Permission denied; choose a folder you may write to"):
        save_weights(tmp_path / "weights.pt", DigitNet(), {})


def test_safetensors_are_weights_too(tmp_path):
    from digitnet.training.formats import to_safetensors

    model = DigitNet()
    path = tmp_path / "weights.safetensors"
    path.write_bytes(to_safetensors(model, {"recipe": "seed"}))
    loaded = load_weights(path)
    for name, tensor in model.state_dict().items():
        assert torch.equal(loaded.state_dict()[name], tensor)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(RunError, match="truncated, damaged or no safetensors file"):
        load_weights(path)
    path.write_bytes(b"\xff" * 8 + content)  # a header of 2**64 bytes, it says
    with pytest.raises(RunError, match="truncated, damaged or no safetensors file"):
        load_weights(path)
    with pytest.raises(RunError, match="cannot read"):
        load_weights(tmp_path / "none.safetensors")

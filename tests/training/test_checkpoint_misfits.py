"""Whole checkpoints, but not the right ones."""

import pytest
import torch

from digitnet.errors import RunError
from digitnet.training.checkpoint import read_checkpoint
from tests.training.checkpoints import restored, rewrite


@pytest.mark.parametrize("version", [0, 3, None, "1"])
def test_another_version(checkpoint, version):
    rewrite(checkpoint, lambda content: content.update(version=version))
    with pytest.raises(
        RunError, match=f"{checkpoint} has format version {version}, .* update digitnet"
    ):
        read_checkpoint(checkpoint)


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
def test_a_checkpoint_that_does_not_fit_is_refused_by_name(checkpoint, change, message):
    rewrite(checkpoint, change)
    with pytest.raises(RunError, match=f"{checkpoint}.*{message}"):
        restored(checkpoint)

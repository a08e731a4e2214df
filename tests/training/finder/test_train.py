from dataclasses import replace

import pytest
import torch

from digitnet.errors import DivergedError, RunError
from digitnet.training.finder.loss import FinderTargets
from digitnet.training.finder.recipe import FinderRecipe
from digitnet.training.finder.train import fresh_state, load_state, save_state, train_finder

CPU = torch.device("cpu")
SETTING = {"data": "mnist", "workers": 1}
RECIPE = FinderRecipe(widths=(8, 8, 8), steps=4, batch_size=2)


class Fixed:
    """Batches of one bright spot, the same at every step."""

    def __init__(self, steps, poison=None, stop=None):
        self.steps, self.poison, self.stop = steps, poison, stop

    def __len__(self):
        return self.steps

    def __getitem__(self, step):
        if step == self.stop:
            raise KeyboardInterrupt
        pictures = torch.zeros(2, 1, 64, 64)
        pictures[:, :, 24:40, 24:40] = 2.0 if step != self.poison else float("nan")
        heat = torch.zeros(2, 16, 16)
        heat[:, 8, 8] = 1.0
        classes = torch.full((2, 16, 16), -1)
        classes[:, 8, 8] = 3
        targets = FinderTargets(
            heat, torch.ones(2, 16, 16), classes, torch.zeros(2, 4, 16, 16), torch.zeros(2).long()
        )
        return pictures, targets


def trained(recipe, state, batches):
    return list(train_finder(recipe, state, batches, torch.float32))


@pytest.mark.slow
def test_it_learns_what_it_is_shown():
    recipe = FinderRecipe(widths=(8, 8, 8), steps=200, batch_size=2, lr=5e-3)
    first, last = trained(recipe, fresh_state(recipe, CPU), Fixed(200))
    assert last < first / 2


@pytest.mark.slow
def test_a_training_that_was_stopped_ends_with_the_same_weights(tmp_path):
    whole = fresh_state(RECIPE, CPU)
    trained(RECIPE, whole, Fixed(4))
    stopped = fresh_state(RECIPE, CPU)
    with pytest.raises(KeyboardInterrupt):
        trained(RECIPE, stopped, Fixed(4, stop=2))
    save_state(tmp_path / "state.pt", RECIPE, stopped, SETTING)
    gone_on = load_state(tmp_path / "state.pt", RECIPE, CPU, SETTING)
    assert gone_on.step == 2
    trained(RECIPE, gone_on, Fixed(4))
    networks = (whole.ema.module, gone_on.ema.module)
    for one, other in zip(*(network.state_dict().values() for network in networks), strict=True):
        assert torch.equal(one, other)


@pytest.mark.parametrize(
    ("recipe", "setting", "said"),
    [
        (replace(RECIPE, widths=(8, 16, 8)), SETTING, r"widths \[8, 8, 8\], not \[8, 16, 8\]"),
        (replace(RECIPE, steps=5), SETTING, "steps 4, not 5"),
        (RECIPE, SETTING | {"workers": 2}, "workers 1, not 2"),
    ],
)
def test_the_state_of_another_training_is_refused(tmp_path, recipe, setting, said):
    save_state(tmp_path / "state.pt", RECIPE, fresh_state(RECIPE, CPU), SETTING)
    with pytest.raises(
        RunError, match=rf"state\.pt is of a training with {said}; ask for the same"
    ):
        load_state(tmp_path / "state.pt", recipe, CPU, setting)


def test_a_loss_that_is_not_finite_stops_it():
    with pytest.raises(DivergedError, match="try a smaller --lr"):
        trained(RECIPE, fresh_state(RECIPE, CPU), Fixed(4, poison=1))

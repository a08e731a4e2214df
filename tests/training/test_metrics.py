import math

import pytest
import torch

from digitnet.errors import DivergedError
from digitnet.training.metrics import Epoch, Step, mean_loss


def test_a_row_names_what_was_evaluated():
    values = {"epoch": 1, "lr": 0.1, "train_loss": 2.0, "train_accuracy": 0.5}
    values |= {"loss": 2.5, "accuracy": 0.4, "train_s": 3.0, "evaluate_s": 1.0}
    row = Epoch(**values, evaluated="holdout").to_row()
    assert list(row) == [
        "epoch", "lr", "train_loss", "train_accuracy",
        "holdout_loss", "holdout_accuracy", "train_s", "evaluate_s",
    ]  # fmt: skip
    assert (row["holdout_loss"], row["holdout_accuracy"]) == (2.5, 0.4)


def test_the_mean_loss_of_a_step_is_that_of_its_epoch_so_far():
    step = Step(epoch=0, step=1, steps=9, seen=40, losses=torch.tensor([1.0, 2.0]))
    assert step.mean_loss() == 1.5


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_loss_that_is_no_number_is_named_with_its_step(bad):
    message = f"the loss is {bad} at epoch 3, step 2: training diverged; try a smaller --lr"
    with pytest.raises(DivergedError, match=message):
        mean_loss(2, torch.tensor([1.0, bad, 2.0]))

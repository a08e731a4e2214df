import pytest
import torch

from digitnet.cli.job import load_data, one_batch_each, with_other_epochs
from digitnet.errors import DataError
from digitnet.training.recipe import Recipe
from tests.cli.trained import SMALL

pytestmark = pytest.mark.usefixtures("here", "no_reports")


def test_a_dry_runs_data_are_one_batch_of_each(tiny_dataset):
    recipe, part = one_batch_each(Recipe(batch_size=8), tiny_dataset, 5)
    assert recipe == Recipe(batch_size=8, epochs=1)
    assert (len(part.train_images), len(part.train_labels)) == (8, 8)
    assert (len(part.eval_images), len(part.eval_labels)) == (5, 5)
    assert torch.equal(part.train_images, tiny_dataset.train_images[:8])


class Args:
    allow_other_data = False

    def __init__(self, data):
        self.data = data


def test_data_are_parted_as_the_recipe_says(official_folder):
    dataset = load_data(Args(str(official_folder)), Recipe(holdout=15, non_digits=7))
    assert len(dataset.eval_images) == 15
    assert dataset.evaluated == "holdout"
    assert (dataset.train_labels == 10).sum() == 7
    assert len(dataset.train_images) == 60 - 15 + 7


def test_what_other_epochs_change_is_told():
    recipe, notes = with_other_epochs(Recipe(epochs=4, schedule="triangle", clean_tail=0.1), 8, 3)
    assert recipe.epochs == 8
    assert notes == (
        "Goes on to 8 epochs; it was started for 4",
        "The learning rate goes on as the triangle schedule of 8 epochs has it after 3: a start "
        "with --epochs 8 would have had other rates until here",
        "Shares of the whole training, now of 8 epochs: clean_tail",
    )


def test_a_holdout_of_all(official_folder):
    with pytest.raises(DataError, match="holdout is 60, expected fewer than the 60"):
        load_data(Args(str(official_folder)), Recipe(holdout=60))


def test_a_full_disk_is_one_line(small, monkeypatch):
    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    outcome = small(*SMALL)
    assert outcome.status == 2
    assert "recipe.json: No space left on device; free some space and try again" in outcome.err
    assert outcome.err.count("\n") == 1

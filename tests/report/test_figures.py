import numpy as np
import pytest

from digitnet.report import figures
from digitnet.report.corruptions import CORRUPTIONS
from digitnet.report.robustness import robustness
from digitnet.training.data.sample import load_sample
from tests.report.png import assert_drawn, pixels

pytestmark = pytest.mark.slow


def rows(*accuracies, part="test"):
    return [
        {"epoch": n, "lr": 0.01 / n, "train_loss": 0.5 / n, f"{part}_loss": 0.6 / n,
         f"{part}_accuracy": share} for n, share in enumerate(accuracies, start=1)
    ]  # fmt: skip


DRAWN = {
    "curves": lambda m, f: figures.curves({"a": rows(0.9, 0.95)}, 1000),
    "two curves": lambda m, f: figures.curves({"a": rows(0.9, 0.95), "b": rows(0.8, 0.9)}),
    "a holdout's curves": lambda m, f: figures.curves({"a": rows(0.9, part="holdout")}),
    "confusion": lambda m, f: figures.confusion(f.evaluation.confusion),
    "errors": lambda m, f: figures.errors(f),
    "digits": lambda m, f: figures.digits(f),
    "calibration": lambda m, f: figures.calibration(f),
    "refusal": lambda m, f: figures.refusal(f),
    "map": lambda m, f: figures.flat_map(f),
}


@pytest.mark.parametrize("draw", DRAWN.values(), ids=DRAWN.keys())
def test_a_picture_shows_something_on_a_clear_ground(model, findings, draw):
    assert_drawn(draw(model, findings))


def test_corruptions_of_two_networks(model):
    found = list(robustness(model, load_sample(), 20))
    examples = np.zeros((len(CORRUPTIONS), 28, 28), np.uint8)
    one = pixels(figures.corruptions({"a": found}, examples))
    two = pixels(figures.corruptions({"a": found, "b": found}, examples))
    assert not np.array_equal(one, two)

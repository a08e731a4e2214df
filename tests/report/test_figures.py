import io

import numpy as np
import pytest
from PIL import Image

from digitnet.report import figures
from digitnet.report.corruptions import CORRUPTIONS
from digitnet.report.robustness import robustness
from digitnet.training.data import load_sample


def pixels(content: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(content)) as image:
        assert image.format == "PNG"
        return np.asarray(image.convert("RGBA"))


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
    "kernels": lambda m, f: figures.kernels(m),
    "layers": lambda m, f: figures.layers(m, f),
}


@pytest.mark.parametrize("draw", DRAWN.values(), ids=DRAWN.keys())
def test_a_picture_shows_something_on_a_clear_ground(model, findings, draw):
    image = pixels(draw(model, findings))
    assert image[0, 0, 3] == 0  # transparent: for light and dark pages
    drawn = image[..., 3] > 0
    assert 0.01 < drawn.mean() < 0.95
    assert len(np.unique(image[drawn][:, :3], axis=0)) >= 2  # axes, and what they are for


def test_corruptions_of_two_networks(model):
    found = list(robustness(model, load_sample(), 20))
    examples = np.zeros((len(CORRUPTIONS), 28, 28), np.uint8)
    one = pixels(figures.corruptions({"a": found}, examples))
    two = pixels(figures.corruptions({"a": found, "b": found}, examples))
    assert not np.array_equal(one, two)


def test_no_errors_is_a_picture_too():
    assert pixels(figures.tiles(np.zeros((0, 28, 28)), [], columns=10))[..., 3].any()

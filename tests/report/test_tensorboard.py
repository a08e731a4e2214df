import sys

import pytest

from digitnet.errors import RunError
from digitnet.report.tensorboard import TensorBoard
from digitnet.training.recipe import Recipe
from digitnet.training.state import TrainingState

pytestmark = pytest.mark.slow


def test_scalars_images_and_graph_are_there(command, official_folder, tmp_path):
    data = ("--data", official_folder, "--batch-size", 30)
    flags = (*data, "--recipe", "fast", "--epochs", 2, "--no-report", "--quiet")
    assert command("train", *flags, "--tensorboard", "--runs", tmp_path / "runs").status == 0
    (run,) = (tmp_path / "runs").iterdir()
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator(str(run / "tensorboard"))
    events.Reload()
    tags = events.Tags()
    assert {"train/loss", "test/loss", "test/accuracy", "lr"} <= set(tags["scalars"])
    assert [event.step for event in events.Scalars("test/accuracy")] == [1, 2]
    assert tags["images"]
    assert tags["graph"]


def test_without_the_package_one_line_says_so(monkeypatch, tmp_path, tiny_dataset):
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    recipe = Recipe(batch_size=10)
    state = TrainingState.fresh(recipe, tiny_dataset)
    with pytest.raises(RunError, match="pip install tensorboard"):
        TensorBoard(tmp_path, recipe, tiny_dataset, state)


def test_nothing_of_it_is_imported_unasked(command, tmp_path):
    from tests.conftest import python

    outcome = python("-c", "import sys, digitnet.cli.training; print('tensorboard' in sys.modules)")
    assert outcome.out == "False\n"

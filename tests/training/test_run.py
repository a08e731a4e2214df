import csv
import json
import os
import time

import pytest

from digitnet.errors import RunError
from digitnet.training.metrics import Epoch
from digitnet.training.recipe import Recipe
from digitnet.training.run import Run


def epoch(number: int, evaluated: str = "test") -> Epoch:
    return Epoch(
        epoch=number, lr=0.01, train_loss=0.5, train_accuracy=0.75, evaluated=evaluated,
        loss=0.25, accuracy=0.875, train_s=1.5, evaluate_s=0.5,
    )  # fmt: skip


def finished(path, age_s=0):
    path.mkdir(parents=True)
    (path / "weights.pt").touch()
    stamp = time.time() - age_s
    os.utime(path / "weights.pt", (stamp, stamp))
    return path


def test_runs_of_the_same_second_have_folders_of_their_own(tmp_path, monkeypatch):
    monkeypatch.setattr(time, "strftime", lambda form: "20260102-030405")
    names = [Run.create(tmp_path / "new" / "runs", "seed").path.name for _ in range(3)]
    assert names == [
        "20260102-030405-seed",
        "20260102-030405-seed-2",
        "20260102-030405-seed-3",
    ]


def test_a_run_that_was_stopped_says_how_to_go_on(tmp_path):
    (tmp_path / "checkpoint.pt").touch()
    message = f"{tmp_path} is not finished; go on with: digitnet train --resume {tmp_path}"
    with pytest.raises(RunError, match=message):
        _ = Run.open(tmp_path).finished_weights
    (tmp_path / "weights.pt").touch()
    assert Run.open(tmp_path).finished_weights == tmp_path / "weights.pt"


def test_recipes_of_version_0_1_are_read(tmp_path):
    run = Run.create(tmp_path, "fast")
    (run.path / "recipe.json").write_text('{"name": "fast", "hand": 0.5, "average": 0.98}')
    assert run.read_recipe() == ("fast", Recipe(distortion=0.5, ema_decay=0.98))


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match=r"cannot create a run folder in .*choose another folder"):
        Run.create(tmp_path / "file" / "runs", "seed")


@pytest.mark.parametrize("name", ["checkpoint.pt", "weights.pt"])
def test_a_run_is_a_folder_with_a_checkpoint_or_weights(tmp_path, name):
    with pytest.raises(RunError, match=r"is no run folder: it has neither checkpoint.pt nor"):
        Run.open(tmp_path)
    (tmp_path / name).touch()
    assert Run.open(tmp_path).path == tmp_path


def test_a_run_that_is_not_there(tmp_path):
    with pytest.raises(RunError, match=r"no run folder .*none"):
        Run.open(tmp_path / "none")


def test_the_newest_finished_run(tmp_path):
    finished(tmp_path / "b", age_s=60)
    newest = finished(tmp_path / "a")
    (tmp_path / "c").mkdir()
    assert Run.newest(tmp_path).path == newest


@pytest.mark.parametrize("name", ["", "none"])
def test_no_finished_run(tmp_path, name):
    with pytest.raises(RunError, match=r"no finished run in .*train one, or name a run"):
        Run.newest(tmp_path / name)


def test_metrics_as_a_table_and_as_lines(tmp_path):
    Run(tmp_path).write_metrics([epoch(1)])
    Run(tmp_path).write_metrics([epoch(1), epoch(2)])
    expected = {
        "epoch": 1, "lr": 0.01, "train_loss": 0.5, "train_accuracy": 0.75,
        "test_loss": 0.25, "test_accuracy": 0.875, "train_s": 1.5, "evaluate_s": 0.5,
    }  # fmt: skip
    lines = [json.loads(line) for line in (tmp_path / "metrics.jsonl").read_text().splitlines()]
    assert lines == [expected, expected | {"epoch": 2}]
    with open(tmp_path / "metrics.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [{key: float(value) for key, value in row.items()} for row in rows] == lines


def test_a_holdout_is_named_in_the_columns(tmp_path):
    Run(tmp_path).write_metrics([epoch(1, "holdout")])
    header = (tmp_path / "metrics.csv").read_text().splitlines()[0]
    assert "holdout_accuracy" in header
    assert "test_" not in header


def test_recipe_environment_and_result_are_json(tmp_path):
    run = Run(tmp_path)
    run.write_recipe("seed", Recipe(epochs=3))
    run.write_environment({"cpu": "é"})
    run.write_result({"accuracy": 0.5})
    recipe = json.loads((tmp_path / "recipe.json").read_text())
    assert recipe.pop("name") == "seed"
    assert Recipe.from_dict(recipe) == Recipe(epochs=3)
    assert json.loads((tmp_path / "environment.json").read_text()) == {"cpu": "é"}
    assert json.loads((tmp_path / "result.json").read_text()) == {"accuracy": 0.5}

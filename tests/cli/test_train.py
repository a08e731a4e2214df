import csv
import functools
import json
import re
import shlex
from dataclasses import asdict, fields

import pytest
import torch
from tqdm import tqdm

from digitnet.training.checkpoint import read_checkpoint
from digitnet.training.model import DigitNet
from digitnet.training.recipe import Recipe
from digitnet.training.weights import load_weights
from tests.cli.trained import SMALL, contents, weights
from tests.conftest import write_idx_files

pytestmark = pytest.mark.usefixtures("here", "no_reports")


# A whole training


def test_what_is_printed(small, official_folder, only_run):
    outcome = small(*SMALL)
    assert (outcome.status, outcome.err) == (0, "")
    lines = outcome.out.splitlines()
    assert lines[0] == "DigitNet, 19,450 parameters; recipe seed: 2 epochs of batch 20"
    assert lines[1] == f"60 training images, 20 as test set, from {official_folder}"
    assert lines[2] == f"cpu, 1 thread, fp32; saved in runs/{only_run().name}"
    assert lines[3] == "The learning rate stays at 0.01: --schedule step cuts it after epoch 15"
    assert lines[4].split("  ")[0] == "epoch"
    assert [line.split()[0] for line in lines[5:7]] == ["1", "2"]
    assert re.match(r"Test accuracy: \d+\.\d\d %  \(95 % interval .* of 20\)$", lines[8])
    run, folder = only_run().name, shlex.quote(str(official_folder))
    assert lines[-2] == f"Next: digitnet evaluate runs/{run} --data {folder}"


@pytest.mark.slow
def test_it_says_which_images_later_epochs_see(small):
    lines = small(*SMALL, "--hard-fraction", 0.5).out.splitlines()
    told = "Epochs after the first see the hardest 50 % of the images; train acc is of those"
    assert lines[1] == "Changed: --hard-fraction 0.5"
    assert lines[4] == told
    assert len(told) <= 80
    for others in (
        [],
        ["--hard-fraction", 0.5, "--epochs", 1],
        ["--hard-fraction", 0.5, "--dry-run"],
    ):
        assert "hardest" not in small(*SMALL, *others).out


@pytest.mark.slow
def test_the_run_folder(small, official_folder, only_run):
    small(*SMALL, "--lr", 0.005)
    run = only_run()
    assert re.fullmatch(r"\d{8}-\d{6}-seed", run.name)
    assert {path.name for path in run.iterdir()} == {
        "recipe.json", "environment.json", "metrics.csv", "metrics.jsonl",
        "checkpoint.pt", "weights.pt", "result.json",
    }  # fmt: skip
    recipe = Recipe(epochs=2, batch_size=20, lr=0.005)
    assert json.loads((run / "recipe.json").read_text()) == {"name": "seed", **asdict(recipe)}

    environment = json.loads((run / "environment.json").read_text())
    assert environment["versions"]["torch"] == torch.__version__
    assert (environment["threads"], environment["precision"]) == (1, "fp32")
    assert environment["device"] == "cpu"
    assert environment["cpu"]
    assert environment["data"]["source"] == str(official_folder)

    lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    rows = list(csv.DictReader((run / "metrics.csv").read_text().splitlines()))
    assert [row["epoch"] for row in lines] == [1, 2]
    assert [float(row["test_accuracy"]) for row in rows] == [row["test_accuracy"] for row in lines]

    result = json.loads((run / "result.json").read_text())
    assert result["accuracy"] == lines[-1]["test_accuracy"] == result["correct"] / 20
    assert (result["evaluated"], result["notice"]) == ("test", None)
    assert result["train_s"] == pytest.approx(sum(row["train_s"] for row in lines))

    checkpoint = read_checkpoint(run / "checkpoint.pt")
    assert (checkpoint["recipe"], len(checkpoint["history"])) == (recipe, 2)
    # Its training was too short for BatchNorm's statistics: they were taken anew.
    saved, kept = checkpoint["model"], weights(run)
    parameters = [name for name, _ in DigitNet().named_parameters()]
    for name in parameters:
        assert torch.equal(saved[name], kept[name])
    assert not torch.equal(saved["norm1.running_mean"], kept["norm1.running_mean"])


@pytest.mark.slow
def test_a_second_run_leaves_the_first_alone(small, only_run, here):
    small(*SMALL, "--quiet")
    first = contents(only_run())
    assert small(*SMALL, "--quiet").status == 0
    assert {path: path.read_bytes() for path in first} == first
    assert len(list((here / "runs").iterdir())) == 2


@pytest.mark.slow
def test_the_weights_depend_on_the_seed_alone(small, here):
    for seed in (1, 1, 2):
        small(*SMALL, "--quiet", "--runs", f"runs-{seed}", "--seed", seed)
    first, again = (weights(run) for run in (here / "runs-1").iterdir())
    (other,) = (weights(run) for run in (here / "runs-2").iterdir())
    torch.testing.assert_close(first, again, rtol=0, atol=0)
    assert not torch.equal(first["conv1.weight"], other["conv1.weight"])


@pytest.mark.slow
def test_quiet_is_one_line(small):
    outcome = small(*SMALL, "--quiet")
    assert outcome.out.startswith("Test accuracy: ")
    assert (outcome.out.count("\n"), outcome.err) == (1, "")


def test_a_dry_run_writes_nothing(small, tmp_path):
    before = contents(tmp_path)
    outcome = small("--batch-size", 20, "--test-batch-size", 7, "--dry-run")
    assert outcome.status == 0
    assert "dry run, nothing is saved" in outcome.out
    assert "20 training images, 7 as test set" in outcome.out
    assert contents(tmp_path) == before
    assert not (tmp_path / "here" / "runs").exists()


@pytest.mark.slow
@pytest.mark.parametrize(("value", "name"), [([], "digitnet.pt"), (["other.pt"], "other.pt")])
def test_save_model(small, only_run, here, value, name):
    assert small(*SMALL, "--save-model", *value).status == 0
    saved = load_weights(here / name).state_dict()
    torch.testing.assert_close(saved, weights(only_run()), rtol=0, atol=0)


@pytest.mark.slow
def test_a_missed_target_has_status_1_and_is_kept(small, only_run):
    outcome = small(*SMALL, "--target-accuracy", 100)
    assert (outcome.status, outcome.err) == (1, "The target of 100 % is missed.\n")
    assert (only_run() / "result.json").exists()


@pytest.mark.slow
def test_a_holdout_is_named_wherever_its_accuracy_is_shown(small, only_run):
    outcome = small(*SMALL, "--holdout", 10)
    assert "50 training images, 10 as holdout set" in outcome.out
    assert "Holdout accuracy: " in outcome.out
    assert "Test accuracy" not in outcome.out
    assert "holdout acc" in outcome.out
    assert json.loads((only_run() / "result.json").read_text())["evaluated"] == "holdout"


@pytest.mark.slow
def test_other_data_is_named_before_and_after(command, tmp_path, only_run):
    folder = write_idx_files(tmp_path / "other")
    outcome = command("train", "--data", folder, "--allow-other-data", *SMALL)
    assert outcome.status == 0
    assert outcome.err.count("This is NOT MNIST") == 2
    assert "NOT MNIST" in json.loads((only_run() / "result.json").read_text())["notice"]


@pytest.mark.slow
def test_a_pipe_has_no_escape_codes(small):
    outcome = small(*SMALL, "--target-accuracy", 100)
    assert "\033" not in outcome.out + outcome.err


@pytest.mark.slow
@pytest.mark.parametrize("no_color", [True, False])
def test_a_screen_has_a_bar_and_style_unless_told(small, monkeypatch, no_color):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("digitnet.cli.terminal._has_style", lambda stream: not no_color)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setattr("digitnet.cli.progress.tqdm", functools.partial(tqdm, mininterval=0))
    outcome = small(*SMALL, "--log-interval", 1)
    assert "epoch 2/2" in outcome.err
    assert "loss=" in outcome.err
    assert ("\033" in outcome.out) is not no_color
    assert not (no_color and "\033" in outcome.err)


def test_help_shows_the_ten_flags_that_people_use(command):
    help = command("train", "--help").out
    flags = re.findall(r"^  (--\S+)", help, re.MULTILINE)
    assert flags == [
        "--help-all", "--recipe", "--epochs", "--batch-size", "--lr", "--seed", "--data",
        "--device", "--runs", "--resume", "--dry-run",
    ]  # fmt: skip


def test_help_all_lists_every_field_of_the_recipe(command):
    help = " ".join(command("train", "--help-all").out.split())
    for field in fields(Recipe):
        flag = field.name.replace("_", "-")
        pattern = rf"--{flag} \S+ {re.escape(field.metadata['help'])} \(default: {field.default}\)"
        assert re.search(pattern, help), flag


def test_a_training_that_diverges_has_status_1(small, only_run):
    outcome = small(*SMALL, "--lr", 1e30)
    assert outcome.status == 1
    assert re.search(r"^digitnet train: the loss is nan at epoch \d, step \d: ", outcome.err)
    assert "try a smaller --lr" in outcome.err
    assert not (only_run() / "weights.pt").exists()

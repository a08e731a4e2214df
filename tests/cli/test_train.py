import csv
import functools
import json
import re
import shlex
import signal
from dataclasses import asdict, fields

import pytest
import torch
from tqdm import tqdm

from digitnet.cli import training
from digitnet.errors import RunError
from digitnet.training.checkpoint import read_checkpoint
from digitnet.training.epochs import train
from digitnet.training.model import DigitNet
from digitnet.training.recipe import Recipe
from digitnet.training.run import Run
from digitnet.training.weights import load_weights
from tests.conftest import write_idx_files

# On 60 images: three steps an epoch.
SMALL = ["--epochs", 2, "--batch-size", 20, "--threads", 1, "--precision", "fp32"]
RESULTS = 2 * (3 + 1)


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """An empty folder to work in."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


@pytest.fixture(autouse=True)
def no_reports(monkeypatch):
    """They take seconds, and have tests of their own."""
    monkeypatch.setattr("digitnet.cli.training.report_line", lambda job: "Report: left out here")


@pytest.fixture
def small(command, official_folder):
    """`digitnet train` with the tiny data."""
    return lambda *argv: command("train", "--data", official_folder, *argv)


@pytest.fixture
def only_run(here):
    """The one run folder there is."""

    def find():
        (run,) = (here / "runs").iterdir()
        return run

    return find


def weights(run):
    return load_weights(run / "weights.pt").state_dict()


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# A whole training


def test_what_is_printed(small, official_folder, only_run):
    outcome = small(*SMALL)
    assert (outcome.status, outcome.err) == (0, "")
    lines = outcome.out.splitlines()
    assert lines[0] == "DigitNet, 19,450 parameters; recipe seed: 2 epochs of batch 20"
    assert lines[1] == f"60 training images, 20 as test set, from {official_folder}"
    assert lines[2] == f"cpu, 1 thread, fp32; saved in runs/{only_run().name}"
    assert lines[3].split("  ")[0] == "epoch"
    assert [line.split()[0] for line in lines[4:6]] == ["1", "2"]
    assert re.match(r"Test accuracy: \d+\.\d\d %  \(95 % interval .* of 20\)$", lines[7])
    run, folder = only_run().name, shlex.quote(str(official_folder))
    assert lines[-2] == f"Next: digitnet evaluate runs/{run} --data {folder}"


@pytest.mark.slow
def test_it_says_which_images_later_epochs_see(small):
    lines = small(*SMALL, "--hard-fraction", 0.5).out.splitlines()
    told = "Epochs after the first see the hardest 50 % of the images; train acc is of those"
    assert lines[3] == told
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


# Requests that cannot be carried out


@pytest.mark.slow
@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["--epochs", 0], "epochs is 0, expected at least 1"),
        (["--epochs", "1e3"], "argument --epochs: invalid int value: '1e3' (see --help)"),
        (["--epoch", 1], "unrecognized arguments: --epoch 1"),
        (["--batch-size", 0], "batch_size is 0, expected at least 1"),
        (["--batch-size", 61], "batch_size is 61, expected at most the 60 training images"),
        (["--lr", -0.1], "lr is -0.1, expected a positive number"),
        (["--lr", "nan"], "lr is nan, expected a positive number"),
        (["--lr", "fast"], "argument --lr: invalid float value: 'fast'"),
        (["--dropout", 1], "dropout is 1.0, expected at least 0 and below 1"),
        (["--seed", -1], "seed is -1, expected from 0"),
        (["--holdout", 60], "holdout is 60, expected fewer than the 60 training images"),
        (["--recipe", "worst"], "argument --recipe: invalid choice: 'worst'"),
        (["--device", "gpu"], "unknown device 'gpu', expected one of this machine's: cpu"),
        (["--device", "meta"], "device 'meta' is not available, expected one of"),
        (["--precision", "fp8"], "argument --precision: invalid choice: 'fp8'"),
        (["--dry-run", "--save-model"], "--dry-run saves nothing; leave out --save-model"),
        (["--threads", 0], "argument --threads: 0 is below 1, expected 1 or more"),
        (["--test-batch-size", 0], "argument --test-batch-size: 0 is below 1"),
        (["--log-interval", "x"], "argument --log-interval: invalid positive value: 'x'"),
        (["--target-accuracy", 0.99], "argument --target-accuracy: 0.99 is no percentage"),
        (["--target-accuracy", 101], "argument --target-accuracy: 101 is no percentage"),
        (["--target-accuracy", "nan"], "argument --target-accuracy: nan is no percentage"),
        (["--resume", "none"], "no run folder none"),
        (["--resume", "empty"], "empty is no run folder: it has neither checkpoint.pt nor"),
        (["--resume", "empty", "--lr", 1], "--lr cannot be changed by --resume; leave it out"),
        (["--resume", "empty", "--recipe", "seed"], "--recipe cannot be changed by --resume"),
        (["--resume", "empty", "--dry-run"], "--dry-run and --resume exclude each other"),
        (["--data", "empty"], "empty lacks train-images-idx3-ubyte, train-labels-idx1-ubyte"),
        (["--data", "none"], "no folder none; --data and DIGITNET_DATA expect one"),
        (["--data", "other"], "is not MNIST's; to go on all the same: --allow-other-data"),
        (
            ["--batch-size", 9, "--runs", "file/runs"],
            "cannot create a run folder in file/runs: Not a directory",
        ),
        (["--save-model", "file"], "file exists; name another file, or --force to write over it"),
        (["--save-model", "none/x.pt"], "no folder none for x.pt; create it first"),
    ],
    ids=lambda value: " ".join(map(str, value)) if isinstance(value, list) else "",
)
def test_a_bad_request_is_one_line_and_status_2(small, here, argv, message):
    (here / "empty").mkdir()
    (here / "file").touch()
    write_idx_files(here / "other", seed=9)
    outcome = small(*argv)
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err.startswith("digitnet train: ")
    assert message in outcome.err
    assert outcome.err.count("\n") == 1
    assert not (here / "runs").exists()


def test_a_training_that_diverges_has_status_1(small, only_run):
    outcome = small(*SMALL, "--lr", 1e30)
    assert outcome.status == 1
    assert re.search(r"^digitnet train: the loss is nan at epoch \d, step \d: ", outcome.err)
    assert "try a smaller --lr" in outcome.err
    assert not (only_run() / "weights.pt").exists()


# Stopping and going on


@pytest.fixture
def stop_at(monkeypatch):
    """Have a signal come while the next training is at its nth result."""

    def arrange(number, signal_number=signal.SIGINT):
        def stopping(*args, **kwargs):
            monkeypatch.setattr(training, "train", train)
            for index, result in enumerate(train(*args, **kwargs)):
                if index == number:
                    signal.raise_signal(signal_number)
                yield result

        monkeypatch.setattr(training, "train", stopping)

    return arrange


@pytest.fixture
def whole(small, here):
    """The weights of a training that was left alone."""
    assert small(*SMALL, "--runs", "whole").status == 0
    (run,) = (here / "whole").iterdir()
    return weights(run)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(RESULTS - 1))
def test_ctrl_c_saves_and_resume_ends_with_the_same_weights(
    small, only_run, stop_at, whole, number
):
    stop_at(number)
    stopped = small(*SMALL)
    run = f"runs/{only_run().name}"
    assert stopped.status == 130
    assert stopped.out.endswith(f"\nStopped and saved. To go on: digitnet train --resume {run}\n")
    checkpoint = read_checkpoint(only_run() / "checkpoint.pt")
    assert len(checkpoint["history"]) + checkpoint["step"] == number + 1

    resumed = small("--resume", run)
    assert (resumed.status, resumed.err) == (0, "")
    torch.testing.assert_close(weights(only_run()), whole, rtol=0, atol=0)
    epochs = [line.split(",")[0] for line in (only_run() / "metrics.csv").read_text().split()]
    assert epochs == ["epoch", "1", "2"]
    assert [line.split()[0] for line in resumed.out.splitlines()[4:6]] == ["1", "2"]


@pytest.mark.slow
def test_a_stop_after_the_last_epoch_changes_nothing(small, stop_at, only_run):
    stop_at(RESULTS - 1)
    assert small(*SMALL).status == 0
    assert (only_run() / "weights.pt").exists()


def test_sigterm_saves_too(small, stop_at):
    stop_at(2, signal.SIGTERM)
    outcome = small(*SMALL)
    assert outcome.status == 143
    assert "Stopped and saved." in outcome.out


def test_a_dry_run_stops_too(small, stop_at, here):
    stop_at(0)
    outcome = small("--dry-run", "--batch-size", 20)
    assert (outcome.status, outcome.err) == (130, "")
    assert outcome.out.endswith("\nStopped.\n")
    assert not (here / "runs").exists()


@pytest.mark.slow
def test_resume_clears_what_a_killed_process_left(small, stop_at, only_run):
    stop_at(2)
    small(*SMALL)
    leftover, other = only_run() / ".checkpoint.pt.8x1f_0ab", only_run() / ".notes"
    leftover.touch(), other.touch()
    assert small("--resume", only_run()).status == 0
    assert (leftover.exists(), other.exists()) == (False, True)


@pytest.mark.slow
def test_signals_are_handled_as_before_afterwards(small):
    handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    small(*SMALL)
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == handlers


@pytest.mark.slow
def test_a_finished_run_can_be_resumed_to_no_effect(small, only_run):
    small(*SMALL)
    before = weights(only_run())
    assert small("--resume", only_run()).status == 0
    torch.testing.assert_close(weights(only_run()), before, rtol=0, atol=0)


@pytest.mark.slow
def test_a_run_goes_on_to_more_epochs(small, only_run, here):
    """As if it had been started for as many: the step schedule asks for no length."""
    small(*SMALL)
    outcome = small("--resume", f"runs/{only_run().name}", "--epochs", 4)
    assert (outcome.status, outcome.err) == (0, "")
    lines = outcome.out.splitlines()
    assert lines[0].endswith("recipe seed: 4 epochs of batch 20")
    assert lines[3:5] == [
        "Goes on to 4 epochs; it was started for 2",
        "The learning rate falls with the epochs, whatever their number",
    ]
    run = f"runs/{only_run().name}"
    assert lines[-3] == f"To train longer: digitnet train --resume {run} --epochs 8"
    assert json.loads((only_run() / "recipe.json").read_text())["epochs"] == 4
    longer = weights(only_run())
    small("--runs", "others", *SMALL, "--epochs", 4)
    (other,) = (here / "others").iterdir()
    torch.testing.assert_close(longer, weights(other), rtol=0, atol=0)


@pytest.mark.slow
def test_a_stopped_longer_run_has_no_result_of_the_shorter_one(small, stop_at, only_run):
    small(*SMALL)
    assert (only_run() / "result.json").exists()
    of_two = (only_run() / "weights.pt").read_bytes()
    stop_at(0)
    small("--resume", only_run(), "--epochs", 4)
    assert not (only_run() / "result.json").exists()
    assert (only_run() / "weights-2-epochs.pt").read_bytes() == of_two
    with pytest.raises(RunError, match="is not finished; go on with"):
        _ = Run.open(only_run()).finished_weights
    assert read_checkpoint(only_run() / "checkpoint.pt")["recipe"].epochs == 4
    (only_run() / "recipe.json").write_text("{}")  # as a kill may leave it, of before
    assert small("--resume", only_run()).status == 0
    assert len((only_run() / "metrics.jsonl").read_text().splitlines()) == 4
    assert Run.open(only_run()).read_recipe()[1].epochs == 4


@pytest.mark.slow
def test_fewer_epochs_than_are_done_are_refused(small, only_run):
    small(*SMALL)
    outcome = small("--resume", only_run(), "--epochs", 1)
    assert (outcome.status, outcome.out) == (2, "")
    assert "--epochs is 1, but 2 are done; name more, or train anew" in outcome.err


@pytest.mark.slow
def test_resume_keeps_the_threads_and_the_precision(small, stop_at, only_run):
    stop_at(2)
    small(*SMALL[:4], "--threads", 2, "--precision", "bf16")
    torch.set_num_threads(1)
    outcome = small("--resume", only_run())
    assert "cpu, 2 threads, bf16" in outcome.out
    assert outcome.err == ""


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        pytest.param(
            *(["--threads", 2], "threads is 2, the run was started with 1"),
            marks=pytest.mark.slow,  # on a busy machine the two wait for each other
        ),
        (["--precision", "bf16"], "precision is bf16, the run was started with fp32"),
    ],
)
def test_resume_warns_of_another_machine(small, stop_at, only_run, argv, message):
    stop_at(2)
    small(*SMALL)
    outcome = small("--resume", only_run(), *argv)
    assert outcome.err == f"{message}: the result will not be equal bit for bit\n"


def test_resume_refuses_other_data(command, small, stop_at, only_run, tmp_path):
    stop_at(2)
    small(*SMALL)
    other = write_idx_files(tmp_path / "other", seed=5)
    outcome = command("train", "--resume", only_run(), "--data", other, "--allow-other-data")
    assert outcome.status == 2
    assert f"found other data in {other}; name the same with --data" in outcome.err


def test_resume_of_a_damaged_checkpoint(small, stop_at, only_run):
    stop_at(2)
    small(*SMALL)
    path = only_run() / "checkpoint.pt"
    path.write_bytes(path.read_bytes()[:-100])
    outcome = small("--resume", only_run())
    assert outcome.status == 2
    assert "checkpoint.pt is truncated, damaged" in outcome.err
    assert outcome.err.count("\n") == 1


def test_a_full_disk_is_one_line(small, monkeypatch):
    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    outcome = small(*SMALL)
    assert outcome.status == 2
    assert "recipe.json: No space left on device; free some space and try again" in outcome.err
    assert outcome.err.count("\n") == 1

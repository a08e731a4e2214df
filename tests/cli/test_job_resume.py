"""Trainings that are stopped and go on."""

import json
import signal

import pytest
import torch

from digitnet.cli import training
from digitnet.errors import RunError
from digitnet.training.checkpoint import read_checkpoint
from digitnet.training.epochs import train
from digitnet.training.run import Run
from tests.cli.trained import RESULTS, SMALL, weights
from tests.conftest import write_idx_files

pytestmark = pytest.mark.usefixtures("here", "no_reports")


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
    assert [line.split()[0] for line in resumed.out.splitlines()[5:7]] == ["1", "2"]


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
        "The learning rate follows the epochs, whatever their number",
    ]
    run = f"runs/{only_run().name}"
    assert lines[-3] == f"To train longer: digitnet train --resume {run} --epochs 8"
    assert json.loads((only_run() / "recipe.json").read_text())["epochs"] == 4
    longer = weights(only_run())
    small("--runs", "others", *SMALL, "--epochs", 4)
    (other,) = (here / "others").iterdir()
    torch.testing.assert_close(longer, weights(other), rtol=0, atol=0)


@pytest.mark.slow
def test_a_run_does_not_end_before_the_epoch_that_is_under_way(small, stop_at, only_run):
    """Its weights would be of steps that no epoch counts."""
    stop_at(5)  # in the second epoch
    small(*SMALL)
    kept = (only_run() / "checkpoint.pt").read_bytes()
    outcome = small("--resume", only_run(), "--epochs", 1)
    assert (outcome.status, outcome.out) == (2, "")
    assert "--epochs is 1, but epoch 2 is under way; name more" in outcome.err
    assert (only_run() / "checkpoint.pt").read_bytes() == kept
    assert small("--resume", only_run()).status == 0


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

import json

import pytest

from digitnet.training.model import DigitNet
from digitnet.training.weights import save_weights
from tests.conftest import write_idx_files


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


@pytest.fixture
def run(command, official_folder, here):
    """A finished run."""
    command(
        "train",
        "--data",
        official_folder,
        "--epochs",
        1,
        "--batch-size",
        30,
        "--quiet",
        "--no-report",
    )
    (run,) = (here / "runs").iterdir()
    return run


@pytest.fixture
def small(command, official_folder):
    """`digitnet evaluate` with the tiny data."""
    return lambda *argv: command("evaluate", "--data", official_folder, *argv)


@pytest.mark.slow
def test_json_is_what_the_run_recorded(small, run, official_folder):
    outcome = small(run, "--json")
    assert (outcome.status, outcome.err) == (0, "")
    found, recorded = json.loads(outcome.out), json.loads((run / "result.json").read_text())
    assert found["weights"] == str(run / "weights.pt")
    assert (found["data"], found["notice"]) == (str(official_folder), None)
    for key in ("accuracy", "interval", "correct", "total", "digit_accuracy", "confusion"):
        assert found[key] == recorded[key]
    assert found["loss"] == pytest.approx(recorded["loss"])
    assert outcome.out.count("\n") == 1


@pytest.mark.slow
def test_a_run_its_weights_and_the_newest_are_the_same(small, run):
    evaluations = [
        json.loads(small(*argv, "--json").out) for argv in ([run], [run / "weights.pt"], [])
    ]
    assert len({json.dumps(e["confusion"]) for e in evaluations}) == 1
    assert [e["weights"] for e in evaluations] == [
        str(run / "weights.pt"),
        str(run / "weights.pt"),
        f"runs/{run.name}/weights.pt",
    ]


@pytest.mark.slow
def test_what_is_printed(small, run, official_folder):
    lines = small(run).out.splitlines()
    recorded = json.loads((run / "result.json").read_text())
    assert lines[0] == f"{run / 'weights.pt'} on {official_folder}"
    assert lines[1].startswith(f"Test accuracy: {100 * recorded['accuracy']:.2f} %  (95 % interval")
    assert lines[1].endswith(f", {recorded['correct']} of 20)")
    assert lines[2] == f"Mean loss: {recorded['loss']:.4f}"
    counts = [
        [int(count.replace(".", "0")) for count in line.split()[2:]] for line in lines[-11:-1]
    ]
    assert counts == recorded["confusion"]
    assert lines[-1].startswith("Most confused: ")


def test_other_data_is_named(command, run, tmp_path):
    folder = write_idx_files(tmp_path / "other", seed=3)
    outcome = command("evaluate", run, "--data", folder, "--allow-other-data", "--json")
    assert "This is NOT MNIST" in outcome.err
    assert "This is NOT MNIST" in json.loads(outcome.out)["notice"]


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        ([], "no finished run in runs; train one, or name a run"),
        (["none"], "cannot read none: No such file or directory"),
        (["empty"], "empty is no run folder"),
        (
            ["unfinished"],
            "unfinished is not finished; go on with: digitnet train --resume",
        ),
        (["text.pt"], "text.pt is truncated, damaged or no digitnet weights file"),
        (["good.pt", "--data", "none"], "no folder none"),
        (["good.pt", "--device", "gpu"], "unknown device 'gpu'"),
        (["good.pt", "--threads", "-1"], "argument --threads: -1 is below 1"),
    ],
)
def test_a_bad_request_is_one_line_and_status_2(small, here, argv, message):
    for name in ("empty", "unfinished"):
        (here / name).mkdir()
    (here / "unfinished" / "checkpoint.pt").touch()
    (here / "text.pt").write_text("text")
    save_weights(here / "good.pt", DigitNet(), {})
    outcome = small(*argv)
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err.startswith("digitnet evaluate: ")
    assert message in outcome.err
    assert outcome.err.count("\n") == 1

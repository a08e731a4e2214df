import json

import pytest

from tests.cli.trained import SMALL

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    from digitnet.cli import main

    runs = tmp_path_factory.mktemp("compare")
    flags = ["--data", "sample", "--epochs", "1", "--quiet", "--no-report", "--lr", "0.0001"]
    assert main(["train", *flags, "--runs", str(runs)]) == 0
    return next(runs.iterdir())


def test_a_table_and_a_verdict(command, trained, other, tmp_path):
    out = tmp_path / "curves.png"
    outcome = command("compare", other, trained.path, "--data", "sample", "--out", out)
    assert outcome.status == 0
    head, first, second, *_ = outcome.out.splitlines()
    assert head.split()[:2] == ["run", "accuracy"]
    assert first.startswith(other.name)
    assert second.endswith("<0.001, differs from the first")
    assert f"{trained.path.name}: epochs 2 (first: 1), batch_size 128" in outcome.out
    assert out.read_bytes().startswith(b"\x89PNG")


def test_a_run_is_no_better_than_itself(command, trained):
    outcome = command("compare", trained.path, trained.path, "--data", "sample")
    assert "0 / 0     1.000, may be chance" in outcome.out
    assert f"{trained.path}: the same recipe as the first" in outcome.out


def test_bad_requests(command, trained, tmp_path):
    assert "name two runs or more" in command("compare", trained.path).err
    (tmp_path / "there.png").write_bytes(b"precious")
    flags = (trained.path, trained.path, "--out", tmp_path / "there.png")
    assert "--force to write over it" in command("compare", *flags).err


@pytest.fixture
def of_holdout(command, official_folder, tmp_path):
    """Makes runs that kept images aside, by seed."""

    def train(seed, lr):
        runs = tmp_path / f"{seed}-{lr}"
        flags = ["--data", official_folder, "--quiet", "--no-report", "--runs", runs, *SMALL]
        outcome = command("train", *flags, "--lr", lr, "--holdout", 10, "--seed", seed)
        assert outcome.status == 0, outcome.err
        (run,) = runs.iterdir()
        return run

    return train


def test_runs_that_kept_the_same_images_aside_are_compared_on_those(
    command, of_holdout, official_folder
):
    first, second, third = of_holdout(0, 0.01), of_holdout(0, 0.0001), of_holdout(1, 0.01)
    outcome = command("compare", first, second, "--data", official_folder)
    assert "measured on the 10 training images that all of them kept aside" in outcome.out
    accuracy = json.loads((first / "result.json").read_text())["accuracy"]
    assert f"{100 * accuracy:.2f} %" in outcome.out.splitlines()[1]
    outcome = command("compare", first, third, "--data", official_folder)
    assert "measured on the 20 images of the test set" in outcome.out


def test_without_a_drawing_matplotlib_is_not_needed(command, trained, tmp_path, monkeypatch):
    import sys

    for name in [n for n in sys.modules if n.startswith("digitnet.report")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    runs = (trained.path, trained.path, "--data", "sample")
    assert command("compare", *runs).status == 0
    outcome = command("compare", *runs, "--out", tmp_path / "curves.png")
    assert outcome.status == 2
    assert "needs the package 'matplotlib" in outcome.err
    assert outcome.out == ""

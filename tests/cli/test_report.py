import json
import shutil

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture
def copy(trained, tmp_path):
    return shutil.copytree(trained.path, tmp_path / "run")


def refused(command, *argv):
    outcome = command("report", *argv, "--data", "sample")
    assert outcome.status == 2
    assert outcome.err.count("\n") == 1 or "NOT the full MNIST" in outcome.err
    return outcome.err


def test_a_run_without_metrics(command, copy):
    (copy / "metrics.jsonl").unlink()
    assert "has no metrics yet; train it for an epoch" in refused(command, copy)


def test_metrics_of_another_version(command, copy):
    (copy / "metrics.jsonl").write_text('{"epoch": 1, "perplexity": 3}\n')
    assert "other columns than this digitnet reads; update digitnet" in refused(command, copy)


def test_a_run_from_a_newer_format(command, copy):
    recipe = json.loads((copy / "recipe.json").read_text())
    (copy / "recipe.json").write_text(json.dumps(recipe | {"warmth": 1}))
    assert "recipe.json: recipe has fields that" in refused(command, copy)


def test_damaged_files_are_named(command, copy):
    (copy / "environment.json").write_text("{")
    assert "environment.json is damaged" in refused(command, copy)


def test_an_unwritable_out(command, copy, tmp_path):
    assert "create it first" in refused(command, copy, "--out", tmp_path / "no" / "r.html")
    assert "name a file in it" in refused(command, copy, "--out", tmp_path)


def test_a_report_is_not_written_over(command, copy, tmp_path):
    for out in (copy / "report.html", copy / "curves.png"):
        out.write_text("precious")
        told = f"{out.name} exists; name another file, or --force to write over it"
        assert told in refused(command, copy)
        assert out.read_text() == "precious"
        out.unlink()


def test_with_out_the_page_alone_is_written(command, official_folder, tmp_path):
    flags = ("--data", official_folder, "--epochs", 1, "--batch-size", 30)
    command("train", *flags, "--runs", tmp_path / "runs", "--no-report")
    (run,) = (tmp_path / "runs").iterdir()
    before = {path.name for path in run.iterdir()}
    out = tmp_path / "page.html"
    assert command("report", run, "--data", official_folder, "--out", out).status == 0
    assert out.read_text().startswith("<!doctype html>")
    assert {path.name for path in run.iterdir()} == before
    assert f"{out} exists" in refused(command, run, "--out", out)


def test_weights_of_another_shape(command, copy):
    import torch

    from digitnet.training.model import DigitNet
    from digitnet.training.weights import save_weights

    model = DigitNet()
    model.conv1.weight.data = torch.zeros(8, 1, 3, 3)
    save_weights(copy / "weights.pt", model, {})
    assert "conv1.weight has [8, 1, 3, 3], expected [16, 1, 3, 3]" in refused(command, copy)


def test_data_that_it_was_not_trained_on(command, copy, official_folder):
    outcome = command("report", copy, "--data", official_folder)
    assert outcome.status == 2
    assert "was trained on other data" in outcome.err


def test_training_writes_it_unless_told_not_to(command, tmp_path, official_folder):
    flags = ("--data", official_folder, "--epochs", 1, "--batch-size", 30)
    outcome = command("train", *flags, "--runs", tmp_path / "a")
    (run,) = (tmp_path / "a").iterdir()
    assert f"Report: {run / 'report.html'}" in outcome.out
    assert (run / "report.html").is_file()
    command("train", *flags, "--runs", tmp_path / "b", "--no-report")
    (other,) = (tmp_path / "b").iterdir()
    assert not (other / "report.html").exists()


def test_without_matplotlib_training_says_what_it_needs(
    command, tmp_path, official_folder, monkeypatch
):
    import sys

    for name in [
        n for n in sys.modules if n.startswith(("digitnet.report", "digitnet.cli.report"))
    ]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    flags = ("--data", official_folder, "--epochs", 1, "--batch-size", 30)
    outcome = command("train", *flags, "--runs", tmp_path)
    assert outcome.status == 0
    assert "No report: it needs the package 'matplotlib'" in outcome.out

"""One hardly trained run on the embedded sample, and what is found of it."""

import pytest

from digitnet.cli import main
from digitnet.report.findings import Findings, find
from digitnet.training.run import Run
from digitnet.training.sample import load_sample
from digitnet.training.weights import load_weights


@pytest.fixture(scope="session")
def trained(tmp_path_factory) -> Run:
    runs = tmp_path_factory.mktemp("report") / "runs"
    flags = ["--data", "sample", "--recipe", "fast", "--epochs", "2", "--quiet", "--no-report"]
    assert main(["train", *flags, "--runs", str(runs)]) == 0
    (folder,) = runs.iterdir()
    return Run.open(folder)


@pytest.fixture(scope="session")
def model(trained):
    return load_weights(trained.weights)


@pytest.fixture(scope="session")
def findings(model) -> Findings:
    return find(model, load_sample())

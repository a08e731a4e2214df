"""What is found of the hardly trained run."""

import shutil
from pathlib import Path

import pytest

from digitnet.cli import main
from digitnet.report.findings import Findings, find
from digitnet.training.data.sample import load_sample
from digitnet.training.run import Run
from digitnet.training.weights import load_weights


@pytest.fixture(scope="session")
def written(trained: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page as `digitnet report` writes it, in a run folder."""
    run = shutil.copytree(trained.path, tmp_path_factory.mktemp("page") / trained.path.name)
    assert main(["report", str(run), "--data", "sample"]) == 0
    return run / "report.html"


@pytest.fixture(scope="session")
def model(trained: Run):
    return load_weights(trained.weights)


@pytest.fixture(scope="session")
def findings(model) -> Findings:
    return find(model, load_sample())

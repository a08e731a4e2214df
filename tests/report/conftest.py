"""What is found of the hardly trained run."""

import pytest

from digitnet.report.findings import Findings, find
from digitnet.training.run import Run
from digitnet.training.sample import load_sample
from digitnet.training.weights import load_weights


@pytest.fixture(scope="session")
def model(trained: Run):
    return load_weights(trained.weights)


@pytest.fixture(scope="session")
def findings(model) -> Findings:
    return find(model, load_sample())

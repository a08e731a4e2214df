"""The documented command, from end to end."""

import json

import pytest

from tests.conftest import ROOT, python

pytestmark = pytest.mark.slow


def test_it_trains_on_the_embedded_sample(tmp_path):
    flags = ["--epochs", 4, "--step-size", 3, "--batch-size", 64, "--target-accuracy", 90]
    ended = python(ROOT / "train_model.py", "--data", "sample", *flags, cwd=tmp_path)
    assert ended.status == 0, ended.err
    assert "DigitNet, 19,450 parameters" in ended.out
    (run,) = (tmp_path / "runs").iterdir()
    assert json.loads((run / "result.json").read_text())["accuracy"] > 0.9
    assert f"Next: python -m digitnet evaluate runs/{run.name}" in ended.out

"""The sample stands in for MNIST only where it was trained on."""

import argparse

import pytest

from digitnet.cli import evaluation_data
from digitnet.cli.evaluation_data import load_evaluation_data


@pytest.fixture
def asked(monkeypatch, sample):
    """Where MNIST is looked for; the sample is what is found."""
    places = []

    def load_mnist(where, **_):
        places.append(where)
        return sample

    monkeypatch.setattr(evaluation_data, "load_mnist", load_mnist)
    return places


def args(data=None):
    return argparse.Namespace(data=data, allow_other_data=False)


def test_what_was_trained_on_the_sample_may_be_measured_on_it(asked, trained, capsys):
    load_evaluation_data(args(), [trained.weights])
    assert asked == [None]
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("suffix", [".pt", ".safetensors"])
def test_other_networks_are_measured_on_all_of_mnist(asked, monkeypatch, tmp_path, capsys, suffix):
    monkeypatch.setattr(evaluation_data, "read_metadata", lambda path: {"fingerprint": "other"})
    load_evaluation_data(args(), [tmp_path / f"weights{suffix}"])
    load_evaluation_data(args("sample"), [tmp_path / f"weights{suffix}"])
    assert asked == ["full", "sample"]
    assert "of MNIST's training images: networks may have seen them" in capsys.readouterr().err

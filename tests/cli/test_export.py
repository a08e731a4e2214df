import json

import onnxruntime
import pytest

from digitnet.reading import Reader
from digitnet.reading.network import Network


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A reading network, hardly trained: its form is what matters here."""
    from digitnet.cli import main

    runs = tmp_path_factory.mktemp("runs")
    flags = ["--recipe", "reading", "--data", "sample", "--non-digits", "500", "--epochs", "1"]
    assert main(["train", *flags, "--holdout", "500", "--runs", str(runs), "--quiet"]) == 0
    return next(runs.iterdir())


def test_a_run_becomes_a_file_that_reads(command, trained, tmp_path):
    out = tmp_path / "mine.onnx"
    outcome = command("export", trained, "--out", out, "--data", "sample")
    assert outcome.status == 0
    assert "Largest difference" in outcome.out
    metadata = Network(out).metadata
    assert metadata["recipe"] == "reading"
    assert metadata["mean"] == 0.1307
    assert Reader(out).read(b"" or sample_picture(), one=True).width == 28
    stored = onnxruntime.InferenceSession(out.read_bytes()).get_modelmeta().custom_metadata_map
    assert json.loads(stored["accept"]) == metadata["accept"]


def sample_picture():
    from digitnet.training.data import load_sample

    return load_sample().test_images[0, 0].numpy()


def test_a_file_is_not_written_over(command, trained, tmp_path):
    out = tmp_path / "mine.onnx"
    out.write_bytes(b"precious")
    outcome = command("export", trained, "--out", out, "--data", "sample")
    assert outcome.status == 2
    assert outcome.err.endswith("exists; name another file, or --force to write over it\n")
    assert out.read_bytes() == b"precious"
    assert command("export", trained, "--out", out, "--data", "sample", "--force").status == 0


def test_a_network_without_refusal_is_not_exported(command, tmp_path):
    flags = ["--data", "sample", "--epochs", "1", "--runs", tmp_path, "--quiet"]
    assert command("train", *flags).status == 0
    outcome = command("export", next(tmp_path.iterdir()), "--out", tmp_path / "no.onnx")
    assert outcome.status == 2
    assert "train it with --recipe reading" in outcome.err
    assert not (tmp_path / "no.onnx").exists()

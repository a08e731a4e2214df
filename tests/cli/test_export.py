import json

import onnxruntime
import pytest
import torch

from digitnet.cli import export
from digitnet.reading import Reader
from digitnet.reading.network import Network
from digitnet.training import formats

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def refusing(tmp_path_factory):
    """A reading network, hardly trained: its form is what matters here."""
    from digitnet.cli import main

    runs = tmp_path_factory.mktemp("runs")
    flags = ["--recipe", "reading", "--data", "sample", "--epochs", "1", "--quiet", "--no-report"]
    drawn = ["--non-digits", "500", "--other-hands", "100", "--holdout", "500"]
    assert main(["train", *flags, *drawn, "--runs", str(runs)]) == 0
    return next(runs.iterdir())


def test_a_run_becomes_a_file_that_reads(command, refusing, tmp_path):
    out = tmp_path / "mine.onnx"
    outcome = command("export", refusing, "--out", out, "--data", "sample")
    assert outcome.status == 0
    assert "largest difference" in outcome.out
    metadata = Network(out).metadata
    assert metadata["recipe"] == "reading"
    assert metadata["mean"] == 0.1307
    assert Reader(out).read(b"" or sample_picture(), one=True).width == 28
    stored = onnxruntime.InferenceSession(out.read_bytes()).get_modelmeta().custom_metadata_map
    assert json.loads(stored["digit_threshold"]) == metadata["digit_threshold"]


def sample_picture():
    from digitnet.training.data.sample import load_sample

    return load_sample().eval_images[0, 0].numpy()


def test_a_file_is_not_written_over(command, refusing, tmp_path):
    out = tmp_path / "mine.onnx"
    out.write_bytes(b"precious")
    outcome = command("export", refusing, "--out", out, "--data", "sample")
    assert outcome.status == 2
    assert outcome.err.endswith("exists; name another file, or --force to write over it\n")
    assert out.read_bytes() == b"precious"
    out.unlink()
    out.with_suffix(".inside.onnx").write_bytes(b"precious")
    outcome = command("export", refusing, "--out", out, "--data", "sample")
    assert "mine.inside.onnx exists" in outcome.err
    assert not out.exists()
    assert command("export", refusing, "--out", out, "--data", "sample", "--force").status == 0


@pytest.fixture
def plain(trained):
    """The folder of a run whose network has no output for "no digit"."""
    return trained.path


def test_every_form_is_written_and_agrees(command, plain, tmp_path):
    out = tmp_path / "mine.onnx"
    flags = ("--format", "all", "--out", out, "--data", "sample")
    outcome = command("export", plain, *flags)
    assert outcome.status == 0, outcome.err
    endings = {path.name.removeprefix("mine") for path in tmp_path.iterdir()}
    assert endings == {".onnx", ".safetensors", ".pt2", ".bin"}
    assert outcome.out.count("largest difference") == 4
    # A line a stage, on standard error, also where nobody watches.
    told = [line for line in outcome.err.splitlines() if line.startswith("Making ")]
    assert [line.split()[1] for line in told] == [
        str(out.with_suffix(ending)) for ending in (".onnx", ".safetensors", ".pt2", ".bin")
    ]


def test_the_forms_are_those_that_can_be_made():
    assert list(export.SUFFIXES) == list(formats.FORMATS)


def test_a_folder_for_model_hubs(command, plain, tmp_path):
    folder = tmp_path / "hub"
    out = ("--format", "safetensors", "--out", tmp_path / "a.safetensors")
    flags = (*out, "--data", "sample", "--hub", folder)
    assert command("export", plain, *flags).status == 0
    assert {path.name for path in folder.iterdir()} == {
        "model.safetensors", "config.json", "README.md",
    }  # fmt: skip
    assert command("export", plain, *flags, "--force").status == 0
    other = tmp_path / "b.onnx"
    outcome = command("export", plain, "--out", other, "--data", "sample", "--hub", folder)
    assert "model.safetensors exists" in outcome.err
    assert not other.exists()


def test_what_knows_no_refusal_is_not_read_with(command, plain, tmp_path):
    out = tmp_path / "plain.onnx"
    assert command("export", plain, "--out", out, "--data", "sample").status == 0
    outcome = command("read", "--weights", out, tmp_path)
    assert outcome.status == 2
    assert "export a run of 'digitnet train --recipe reading'" in outcome.err


def test_a_failed_export_leaves_nothing(command, plain, tmp_path, monkeypatch):
    monkeypatch.setattr(formats, "all_logits", lambda model, images: torch.zeros(len(images), 10))
    outcome = command("export", plain, "--format", "all", "--out", tmp_path / "a.onnx",
                      "--data", "sample")  # fmt: skip
    assert outcome.status == 2
    assert "would differ from the network" in outcome.err
    assert list(tmp_path.iterdir()) == []


def test_other_data_is_refused(command, plain, tmp_path, official_folder):
    outcome = command("export", plain, "--out", tmp_path / "a.onnx", "--data", official_folder)
    assert outcome.status == 2
    assert "other data" in outcome.err


def test_what_belongs_together_has_one_name_whatever_dots_are_in_it(command, refusing, tmp_path):
    outcome = command("export", refusing, "--out", tmp_path / "digits.v2", "--data", "sample")
    assert outcome.status == 0, outcome.err
    names = {path.name for path in tmp_path.iterdir()} - {"runs"}
    assert {"digits.v2.onnx", "digits.v2.inside.onnx", "digits.v2.bin"} <= names


def test_standard_output_is_no_name_for_a_file(command, plain, here):
    outcome = command("export", plain, "--out", "-")
    assert (outcome.status, list(here.iterdir())) == (2, [])

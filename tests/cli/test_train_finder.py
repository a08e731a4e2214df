import pytest

from digitnet.reading.finder import Finder


@pytest.mark.slow
def test_a_short_training_writes_a_file_that_reads(command, tmp_path):
    path = tmp_path / "own.onnx"
    outcome = command(
        *("train-finder", "--data", "sample", "--out", str(path), "--steps", "2"),
        *("--batch-size", "2", "--calibrate", "2", "--device", "cpu"),
    )
    assert outcome.status == 0, outcome.err
    assert "step 2 of 2" in outcome.out
    assert f"digitnet read --finder {path}" in outcome.out
    assert set(Finder(path).metadata["calibration"]) == {"confidence", "one"}
    assert list(tmp_path.iterdir()) == [path]


def test_an_existing_file_is_kept(command, tmp_path):
    path = tmp_path / "own.onnx"
    path.write_bytes(b"mine")
    outcome = command("train-finder", "--out", str(path), "--steps", "1")
    assert outcome.status == 2
    assert "--force" in outcome.err
    assert path.read_bytes() == b"mine"

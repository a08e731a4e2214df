from digitnet.reading.touching import TouchingNetwork


def test_it_writes_a_file_that_reads(command, tmp_path):
    out = tmp_path / "touching.onnx"
    flags = ("--data", "sample", "--strips", 300, "--epochs", 1, "--out", out)
    outcome = command("train-touching", *flags)
    assert outcome.status == 0
    assert "strips right" in outcome.out
    assert TouchingNetwork(out).metadata["format"] == "digitnet touching"


def test_a_file_is_not_written_over(command, tmp_path):
    out = tmp_path / "touching.onnx"
    out.write_bytes(b"precious")
    outcome = command("train-touching", "--data", "sample", "--out", out)
    assert outcome.status == 2
    assert "--force" in outcome.err
    assert out.read_bytes() == b"precious"

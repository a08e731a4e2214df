import pytest
import torch
from PIL import Image

from digitnet.cli import teach
from digitnet.reading import Reader


@pytest.fixture
def pictures(sample, tmp_path):
    """Two pictures of each digit, by name and by folder."""
    folder = tmp_path / "hand"
    for digit in range(10):
        mine = sample.eval_images[sample.eval_labels == digit][:2, 0].numpy()
        (folder / str(digit)).mkdir(parents=True)
        Image.fromarray(mine[0]).save(folder / f"{digit}_a.png")
        Image.fromarray(mine[1]).save(folder / str(digit) / "b.png")
    return folder


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr("digitnet.training.teach._STEPS", 3)
    monkeypatch.setattr(teach, "_OTHERS", 50)


@pytest.mark.slow
def test_it_writes_weights_that_read(command, pictures, tmp_path, quick):
    out = tmp_path / "mine.onnx"
    outcome = command("teach", pictures, "--data", "sample", "--out", out, "--allow-loss")
    assert outcome.status == 0, outcome.err
    stages = outcome.err.splitlines()
    assert stages[-2:] == ["Measuring it again", f"Writing {out}"]
    assert "20 pictures of 10 digits, 10 of them kept back" in outcome.out
    assert "MNIST test set" in outcome.out
    assert Reader(out).read(str(pictures / "7_a.png"), one=True).text == "7"


@pytest.mark.slow
def test_what_loses_too_much_is_not_saved(command, pictures, tmp_path, quick, monkeypatch):
    def spoil(model, *parts, **options):
        with torch.no_grad():
            model.conv5.bias[3] += 50

    monkeypatch.setattr("digitnet.training.teach.teach", spoil)
    out = tmp_path / "mine.onnx"
    outcome = command("teach", pictures, "--data", "sample", "--out", out)
    assert outcome.status == 2
    assert "not saved: MNIST loses" in outcome.err
    assert not out.exists()


@pytest.mark.parametrize("name", ["mine.onnx", "mine.inside.onnx"])
def test_neither_of_its_files_is_written_over(command, pictures, tmp_path, name):
    (tmp_path / name).write_text("precious")
    outcome = command("teach", pictures, "--data", "sample", "--out", tmp_path / "mine.onnx")
    assert (outcome.status, outcome.out) == (2, "")
    assert f"{name} exists; name another file, or --force to write over it" in outcome.err

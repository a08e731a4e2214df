import pytest
import torch

from digitnet.errors import RunError
from digitnet.training.model import DigitNet
from digitnet.training.weights import load_weights, read_metadata, save_weights
from tests.conftest import ROOT


def rewrite(path, change):
    """Change the content of a file of ours."""
    content = torch.load(path, weights_only=True)
    change(content)
    torch.save(content, path)


@pytest.mark.parametrize("classes", [10, 11])
def test_weights_are_read_as_they_were_written(tmp_path, classes):
    model = DigitNet(classes=classes)
    save_weights(tmp_path / "weights.pt", model, {"accuracy": 0.5})
    loaded = load_weights(str(tmp_path / "weights.pt"))
    torch.testing.assert_close(loaded.state_dict(), model.state_dict(), rtol=0, atol=0)
    assert not loaded.training


def test_they_say_where_they_come_from(tmp_path):
    save_weights(tmp_path / "weights.pt", DigitNet(), {"accuracy": 0.5})
    assert read_metadata(tmp_path / "weights.pt") == {"accuracy": 0.5}


def test_weights_of_version_0_1_are_read():
    """The file that ships was written by it."""
    assert load_weights(ROOT / "digitnet" / "weights" / "best.pt").conv5.weight.shape[0] == 10


CHANGES = {
    "a tensor too few": (lambda c: c["model"].pop("conv1.bias"), r"\(conv1.bias\)"),
    "no tensors": (lambda c: c.update(model=None), "lacks or adds entries"),
    "a tensor of another shape": (
        lambda c: c["model"].update({"conv1.bias": torch.ones(17)}),
        r"conv1.bias has \[17\], expected \[16\]",
    ),
}


@pytest.mark.parametrize(("change", "message"), CHANGES.values(), ids=CHANGES)
def test_weights_that_do_not_fit_are_refused_by_name(tmp_path, change, message):
    path = tmp_path / "weights.pt"
    save_weights(path, DigitNet(), {})
    rewrite(path, change)
    with pytest.raises(RunError, match=f"{path}.*{message}"):
        load_weights(path)


def test_safetensors_are_weights_too(tmp_path):
    from digitnet.training.formats import to_safetensors

    model = DigitNet()
    path = tmp_path / "weights.safetensors"
    path.write_bytes(to_safetensors(model, {"recipe": "seed"}))
    loaded = load_weights(path)
    for name, tensor in model.state_dict().items():
        assert torch.equal(loaded.state_dict()[name], tensor)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(RunError, match="truncated, damaged or no safetensors file"):
        load_weights(path)
    path.write_bytes(b"\xff" * 8 + content)  # a header of 2**64 bytes, it says
    with pytest.raises(RunError, match="truncated, damaged or no safetensors file"):
        load_weights(path)
    with pytest.raises(RunError, match="cannot read"):
        load_weights(tmp_path / "none.safetensors")

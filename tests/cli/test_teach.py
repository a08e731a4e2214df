import pytest
import torch
from PIL import Image

from digitnet.cli import teach
from digitnet.errors import DataError
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


def test_it_writes_weights_that_read(command, pictures, tmp_path, quick):
    out = tmp_path / "mine.onnx"
    outcome = command("teach", pictures, "--data", "sample", "--out", out, "--allow-loss")
    assert outcome.status == 0, outcome.err
    assert "20 pictures of 10 digits, 10 of them kept back" in outcome.out
    assert "MNIST test set" in outcome.out
    assert Reader(out).read(str(pictures / "7_a.png"), one=True).text == "7"


def test_what_loses_too_much_is_not_saved(command, pictures, tmp_path, quick, monkeypatch):
    def spoil(model, *parts, **options):
        with torch.no_grad():
            model.conv5.bias[3] += 50

    monkeypatch.setattr(teach, "teach", spoil)
    out = tmp_path / "mine.onnx"
    outcome = command("teach", pictures, "--data", "sample", "--out", out)
    assert outcome.status == 2
    assert "not saved: MNIST loses" in outcome.err
    assert not out.exists()


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ([], "holds no pictures"),
        (["seven.png", "7_a.png"], "its name does not tell the digit"),
        (["7_a.png", "8_a.png", "8_b.png"], "only one picture of 7; at least 2"),
        (["7abc.png", "7_a.png"], "its name does not tell the digit"),
    ],
)
def test_what_is_wrong_with_a_folder_is_said(tmp_path, sample, names, message):
    folder = tmp_path / "bad"
    folder.mkdir()
    for name in names:
        Image.fromarray(sample.eval_images[0, 0].numpy()).save(folder / name)
    with pytest.raises(DataError, match=message):
        teach.read_folder(folder)


def test_a_blank_and_a_damaged_picture(tmp_path):
    folder = tmp_path / "bad"
    folder.mkdir()
    for name in ("7_a.png", "7_b.png"):
        Image.new("L", (40, 40), 255).save(folder / name)
    with pytest.raises(DataError, match="nothing is written there"):
        teach.read_folder(folder)
    (folder / "7_a.png").write_bytes(b"no picture")
    with pytest.raises(DataError, match=r"7_a\.png: "):
        teach.read_folder(folder)
    with pytest.raises(DataError, match="no folder"):
        teach.read_folder(folder / "none")


def test_what_the_page_collected_is_labelled(tmp_path):
    assert teach.label_of(tmp_path / "7-20260101-120000-abcdef01.png") == 7
    assert teach.label_of(tmp_path / "none-20260101-120000-abcdef01.png") == 10
    assert teach.label_of(tmp_path / "5" / "IMG 1234.jpg") == 5


def test_the_folder_outweighs_a_number_in_the_name(tmp_path):
    for name in ("1.png", "2 (1).png", "3_old.png"):
        assert teach.label_of(tmp_path / "7" / name) == 7


def test_one_in_five_is_kept_back_and_at_least_one():
    labels = torch.tensor([0] * 10 + [1] * 2)
    back = teach.kept_back(labels)
    assert back[:10].sum() == 2
    assert back[10:].sum() == 1

import pytest
import torch
from PIL import Image

from digitnet.cli.labelled import kept_back, label_of, read_folder
from digitnet.errors import DataError


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
        read_folder(folder)


def test_a_blank_and_a_damaged_picture(tmp_path):
    folder = tmp_path / "bad"
    folder.mkdir()
    for name in ("7_a.png", "7_b.png"):
        Image.new("L", (40, 40), 255).save(folder / name)
    with pytest.raises(DataError, match="nothing is written there"):
        read_folder(folder)
    (folder / "7_a.png").write_bytes(b"no picture")
    with pytest.raises(DataError, match=r"7_a\.png: "):
        read_folder(folder)
    with pytest.raises(DataError, match="no folder"):
        read_folder(folder / "none")


def test_what_the_page_collected_is_labelled(tmp_path):
    assert label_of(tmp_path / "7-20260101-120000-abcdef01.png") == 7
    assert label_of(tmp_path / "none-20260101-120000-abcdef01.png") == 10
    assert label_of(tmp_path / "5" / "IMG 1234.jpg") == 5


def test_the_folder_outweighs_a_number_in_the_name(tmp_path):
    for name in ("1.png", "2 (1).png", "3_old.png"):
        assert label_of(tmp_path / "7" / name) == 7


def test_one_in_five_is_kept_back_and_at_least_one():
    labels = torch.tensor([0] * 10 + [1] * 2)
    back = kept_back(labels)
    assert back[:10].sum() == 2
    assert back[10:].sum() == 1

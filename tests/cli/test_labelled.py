from collections import Counter

import numpy as np
import pytest
from PIL import Image

from digitnet.cli.labelled import kept_back, label_of, read_folder
from digitnet.errors import DataError
from digitnet.reading import Reader
from tests.reading.conftest import photo
from tests.reading.pictures import paged


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(threads=1)


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ([], "holds no pictures"),
        (["seven.png", "7_a.png"], "its name does not tell the digit"),
        (["7_a.png", "8_a.png", "8_b.png"], "only one picture of 7; at least 2"),
        (["7abc.png", "7_a.png"], "its name does not tell the digit"),
    ],
)
def test_what_is_wrong_with_a_folder_is_said(reader, tmp_path, sample, names, message):
    folder = tmp_path / "bad"
    folder.mkdir()
    for name in names:
        Image.fromarray(sample.eval_images[0, 0].numpy()).save(folder / name)
    with pytest.raises(DataError, match=message):
        read_folder(folder, reader)


def test_a_blank_and_a_damaged_picture(reader, tmp_path):
    folder = tmp_path / "bad"
    folder.mkdir()
    for name in ("7_a.png", "7_b.png"):
        Image.new("L", (40, 40), 255).save(folder / name)
    with pytest.raises(DataError, match="nothing is written there"):
        read_folder(folder, reader)
    (folder / "7_a.png").write_bytes(b"no picture")
    with pytest.raises(DataError, match=r"7_a\.png: "):
        read_folder(folder, reader)
    with pytest.raises(DataError, match="no folder"):
        read_folder(folder / "none", reader)


def test_what_the_page_collected_is_labelled(tmp_path):
    assert label_of(tmp_path / "7-20260101-120000-abcdef01.png") == 7
    assert label_of(tmp_path / "none-20260101-120000-abcdef01.png") == 10
    assert label_of(tmp_path / "5" / "IMG 1234.jpg") == 5


def test_the_folder_outweighs_a_number_in_the_name(tmp_path):
    for name in ("1.png", "2 (1).png", "3_old.png"):
        assert label_of(tmp_path / "7" / name) == 7


def test_one_in_five_is_kept_back_and_at_least_one():
    back = kept_back([0] * 10 + [1] * 2)
    assert sum(back[:10]) == 2
    assert sum(back[10:]) == 1


@pytest.mark.slow
def test_the_digit_is_cut_out_and_stands_in_its_piece(reader, tmp_path, sample):
    folder = tmp_path / "7"
    folder.mkdir()
    image = sample.eval_images[sample.eval_labels == 7][3, 0].numpy()
    Image.fromarray(photo(image, margin=400)).save(folder / "a.png")
    Image.fromarray(image).save(folder / "b.png")  # in MNIST's own form
    for picture in read_folder(folder, reader):
        assert picture.label == 7
        assert picture.ink.dtype == np.uint8
        assert picture.ink.max() > 200
        x, y, width, height = picture.box
        assert max(picture.piece.shape) < 4.5 * max(width, height)
        assert x - width / 2 + 2 > 0
        assert x + width / 2 - 2 < picture.piece.shape[1]
        inside = picture.piece[int(y - height / 2) : int(y + height / 2) + 1]
        assert np.ptp(inside) > 100
        assert picture.ink.shape[0] == pytest.approx(height, rel=0.35)


def test_hidden_files_are_left_out_as_read_leaves_them(reader, digits, tmp_path):
    for name in ("7_a.png", "7_b.png", "._7_a.png"):
        Image.fromarray(photo(digits[7])).save(tmp_path / name)
    assert [found.path.name for found in read_folder(tmp_path, reader)] == ["7_a.png", "7_b.png"]


def test_a_picture_of_several_digits_or_pages_is_refused(reader, tmp_path, digits):
    several, whole = tmp_path / "several", tmp_path / "whole"
    for folder in (several, whole):
        folder.mkdir()
        Image.fromarray(photo(digits[7])).save(folder / "7_a.png")
    beside = np.hstack([photo(digits[7]), photo(digits[2])])
    Image.fromarray(beside).save(several / "7_b.png")
    with pytest.raises(DataError, match=r"7_b\.png: 2 marks in it, expected one digit"):
        read_folder(several, reader)
    (whole / "7_b.gif").write_bytes(paged("GIF"))
    with pytest.raises(DataError, match=r"7_b\.gif: it has 3 pages, expected one digit"):
        read_folder(whole, reader)


def test_nothing_but_no_digits_teaches_nothing(reader, tmp_path, digits):
    for name in ("none_a.png", "none_b.png"):
        Image.fromarray(photo(digits[7])).save(tmp_path / name)
    with pytest.raises(DataError, match="holds no digit"):
        read_folder(tmp_path, reader)


def test_what_is_no_picture_is_counted(reader, tmp_path, digits):
    for name in ("7_a.png", "7_b.png"):
        Image.fromarray(photo(digits[7])).save(tmp_path / name)
    (tmp_path / "7_note.txt").touch()
    skipped = Counter()
    assert len(read_folder(tmp_path, reader, skipped)) == 2
    assert skipped == {".txt": 1}

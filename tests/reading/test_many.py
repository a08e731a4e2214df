import io
from pathlib import Path

import numpy as np
import pytest

from digitnet.errors import PictureError
from digitnet.reading.many import all_pages, in_order, several
from tests.reading.pictures import paged


def test_one_path_is_one_and_no_row_of_letters(tmp_path):
    for one in ("page.png", Path("page.png"), b"content", io.BytesIO(b"x")):
        assert list(several(one)) == [one]
    many = ["a.png", np.zeros((2, 2), np.uint8)]
    assert several(many) is many


@pytest.mark.parametrize("kind", [str, Path])
def test_of_a_folder_its_pictures_as_paths_of_the_same_kind(tmp_path, kind):
    for name in ("b.png", "a.png", "notes.txt"):
        (tmp_path / name).touch()
    assert list(several(kind(tmp_path))) == [kind(tmp_path / "a.png"), kind(tmp_path / "b.png")]


def test_results_keep_their_order():
    assert list(in_order(lambda n: n * n, range(200), 2)) == [(n, n * n) for n in range(200)]


def test_all_pages_or_the_one_error(reader):
    pages = all_pages(reader.read_pages, paged("TIFF"))
    assert [(page.page, page.pages) for page in pages] == [(1, 3), (2, 3), (3, 3)]
    (error,) = all_pages(reader.read_pages, b"")
    assert isinstance(error, PictureError)

import pytest
from PIL import Image

from digitnet import reading
from digitnet.errors import PictureError
from tests.conftest import python
from tests.reading.conftest import photo


@pytest.mark.slow
def test_reading_once_is_what_a_reader_does(digits, reader):
    picture = photo(digits[6])
    assert reading.read(picture) == reader.read(picture)
    assert reading.read(picture, one=True).text == "6"


def test_what_cannot_be_read_is_an_error(tmp_path):
    with pytest.raises(PictureError, match="No such file"):
        reading.read(tmp_path / "none.png")


@pytest.mark.slow
def test_importing_it_loads_no_torch():
    script = "import digitnet.reading, sys; sys.exit('torch' in sys.modules)"
    assert python("-c", script).status == 0


@pytest.mark.slow
def test_a_folder_is_for_read_many(tmp_path, digits):
    Image.fromarray(photo(digits[4])).save(tmp_path / "a.png")
    with pytest.raises(PictureError, match="it is a folder; read_many reads"):
        reading.read(str(tmp_path))
    ((path, found),) = reading.read_many(tmp_path, one=True)
    assert (path, found.text) == (tmp_path / "a.png", "4")
    assert [page.text for page in reading.read_pages(path, one=True)] == ["4"]

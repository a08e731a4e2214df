"""Whatever a reader is given, one by one or many at once: the same is read."""

import io
import pickle

import pytest
from PIL import Image

import digitnet
from digitnet.errors import PictureError
from digitnet.reading import Reader
from tests.reading.conftest import page, photo


@pytest.mark.slow
def test_every_kind_of_source_reads_the_same(reader, digits, tmp_path):
    picture = page(digits, ["2718", "2818"])
    path = tmp_path / "page.png"
    Image.fromarray(picture).save(path)
    expected = reader.read(picture)
    assert expected.text == "2718\n2818"
    with path.open("rb") as file:
        for source in (path, str(path), path.read_bytes(), file, Image.open(path)):
            assert reader.read(source) == expected
    assert digitnet.read(path) == expected


@pytest.mark.slow
def test_many_pictures_keep_their_order_and_their_errors(reader, digits):
    sources = [photo(digits[n % 10]) if n % 7 else io.BytesIO(b"broken") for n in range(40)]
    results = list(reader.read_many(iter(sources), one=True))
    assert [source for source, _ in results] == sources
    for number, (_, result) in enumerate(results):
        if number % 7:
            assert result == reader.read(sources[number], one=True)
        else:
            assert isinstance(result, PictureError)


@pytest.mark.slow
def test_many_pictures_are_not_opened_ahead_of_their_turn(reader, digits):
    asked = []

    def sources():
        for number in range(1000):
            asked.append(number)
            yield photo(digits[1])

    readings = reader.read_many(sources(), one=True)
    next(readings)
    assert len(asked) < 200


@pytest.mark.slow
def test_threads_change_nothing(digits):
    pictures = [page(digits, ["2718", "2818"]), photo(digits[3]), digits[5], digits[6][2:, 3:]]
    one, two = (list(Reader(threads=n).read_many(pictures)) for n in (1, 2))
    assert [reading for _, reading in one] == [reading for _, reading in two]


@pytest.mark.slow
def test_a_file_of_pages_one_by_one_and_in_many(reader, digits, tmp_path):
    first, second = (Image.fromarray(page(digits, [text])) for text in ("123", "45678"))
    path = tmp_path / "scan.tif"
    first.save(path, save_all=True, append_images=[second])
    assert reader.read(path, page=2).text == "45678"
    assert [(r.text, r.page, r.pages) for r in reader.read_pages(path)] == [
        ("123", 1, 2), ("45678", 2, 2)
    ]  # fmt: skip
    with pytest.raises(PictureError, match="it has 2 pages; name one"):
        reader.read(path)
    assert [(source, r.page) for source, r in reader.read_many(path)] == [(path, 1), (path, 2)]
    assert [source for source, _ in reader.read_many(str(tmp_path))] == [str(path)] * 2


@pytest.mark.slow
def test_a_reader_is_pickled_as_what_it_was_made_of(reader, digits):
    again = pickle.loads(pickle.dumps(reader))
    assert again.read(photo(digits[5]), one=True) == reader.read(photo(digits[5]), one=True)


def test_an_error_of_a_path_names_it_in_a_trace(reader, tmp_path):
    with pytest.raises(PictureError) as caught:
        reader.read(tmp_path / "none.png")
    assert caught.value.__notes__ == [f"of the picture {tmp_path / 'none.png'}"]

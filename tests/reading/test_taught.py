import io

import numpy as np
import pytest

from digitnet.errors import RunError, WeightsError
from digitnet.reading import Reader
from digitnet.reading.pyramid import pyramid
from digitnet.reading.taught import Seen, Taught, fit
from tests.reading.conftest import page, photo


def nothing(finder: str) -> Taught:
    return Taught(np.zeros((11, 64), np.float32), np.zeros(11, np.float32), finder)


@pytest.fixture
def all_threes(reader) -> Taught:
    taught = nothing(reader.finder.fingerprint)
    taught.bias[3] = 40
    return taught


def test_it_is_read_as_it_was_written(tmp_path):
    rng = np.random.default_rng(0)
    taught = Taught(
        rng.normal(size=(11, 64)).astype(np.float32), np.ones(11, np.float32), "a finder"
    )
    first, second = tmp_path / "first.npz", tmp_path / "second.npz"
    taught.save(first)
    again = Taught.load(first)
    again.save(second)
    assert np.array_equal(taught.weight, again.weight)
    assert (again.bias == 1).all()
    assert again.finder == "a finder"
    assert first.read_bytes() == second.read_bytes()
    with pytest.raises(RunError, match="cannot write"):
        taught.save(tmp_path / "none" / "first.npz")


def test_what_is_no_such_file(tmp_path):
    path = tmp_path / "mine.npz"
    with pytest.raises(WeightsError, match="cannot read"):
        Taught.load(path)
    nothing("one").save(path)
    whole = path.read_bytes()
    spoilt = bytearray(whole)
    spoilt[len(whole) // 2] ^= 255
    for content in (b"", b"no file", whole[: len(whole) // 2], whole[:-40], bytes(spoilt)):
        path.write_bytes(content)
        with pytest.raises(WeightsError, match=r"mine\.npz is .*damaged.*teach anew"):
            Taught.load(path)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"version": 2}, "version 2, expected 'digitnet taught' version 1"),
        ({"format": "another"}, "is 'another' version 1"),
        ({"weight": np.zeros((11, 3))}, "damaged"),
        ({"bias": np.full(11, np.nan)}, "damaged"),
        ({"bias": np.array([{}], object)}, "damaged"),
    ],
)
def test_another_kind_of_file(tmp_path, changes, message):
    values = {"format": "digitnet taught", "version": 1, "finder": "one",
              "weight": np.zeros((11, 64)), "bias": np.zeros(11)}  # fmt: skip
    buffer = io.BytesIO()
    np.savez(buffer, **{**values, **changes})
    path = tmp_path / "mine.npz"
    path.write_bytes(buffer.getvalue())
    with pytest.raises(WeightsError, match=message):
        Taught.load(path)


def test_it_belongs_to_its_finder():
    with pytest.raises(WeightsError, match=r"other weights than finder\.onnx; teach anew"):
        Reader(taught=nothing("another"))


@pytest.mark.slow
def test_nothing_taught_changes_nothing(reader, digits):
    taught = Reader(taught=nothing(reader.finder.fingerprint))
    picture = page(digits, ["3141", "5926"])
    assert taught.read(picture) == reader.read(picture)


@pytest.mark.slow
def test_what_was_taught_is_read_alone_and_on_pages(reader, digits, all_threes, tmp_path):
    all_threes.save(tmp_path / "mine.npz")
    taught = Reader(taught=tmp_path / "mine.npz")
    assert set(taught.read(page(digits, ["3141", "5926"])).text) <= set("3\n?")
    for picture in (photo(digits[7]), digits[7]):  # the second has the form of MNIST
        assert taught.read(picture, one=True).digits[0].digit == 3
        assert reader.read(picture, one=True).digits[0].digit == 7


@pytest.mark.slow
def test_what_is_seen_is_what_is_read(reader, digits):
    levels = pyramid(page(digits, ["3141", "5926"]))
    marks, seen = reader.finder.see(levels)
    assert np.array_equal(marks.classes, reader.finder(levels).classes)
    assert np.array_equal(marks.classes, seen.classes)
    assert seen.features.shape == (len(marks), 64)


@pytest.mark.slow
def test_a_hand_is_learned_and_others_are_read_as_before():
    """A person whose sevens lie where the network sees ones."""
    rng = np.random.default_rng(1)
    layer = rng.normal(size=(11, 64)) / 3

    def seen(features):
        logits = features @ layer.T
        return Seen(features.astype(np.float32), logits - np.logaddexp.reduce(logits, 1)[:, None])

    usual = rng.normal(size=(2000, 64))
    others = seen(usual * 3)
    odd = layer[1] * 4 - layer[7] + rng.normal(size=64) * 2
    own = seen(odd + rng.normal(size=(12, 64)))
    labels = np.full(12, 7)
    assert (own.classes.argmax(axis=1) != 7).mean() > 0.5
    taught = fit(own, labels, np.ones(12), others, "one")
    assert taught.finder == "one"
    again = seen(odd + rng.normal(size=(50, 64)))
    after = (again.classes + taught(again.features)).argmax(axis=1)
    assert (after == 7).mean() > 0.7
    fresh = seen(rng.normal(size=(2000, 64)) * 3)
    sure = np.exp(fresh.classes.max(axis=1)) > 0.9
    same = (fresh.classes + taught(fresh.features)).argmax(axis=1) == fresh.classes.argmax(axis=1)
    assert sure.sum() > 200
    assert same[sure].mean() > 0.98


def test_without_pictures_nothing_is_learned():
    rng = np.random.default_rng(0)
    classes = np.log(rng.dirichlet(np.ones(11), 300)).astype(np.float32)
    others = Seen(rng.normal(size=(300, 64)).astype(np.float32), classes)
    none = Seen(np.zeros((0, 64), np.float32), np.zeros((0, 11), np.float32))
    taught = fit(none, np.zeros(0, np.int64), np.zeros(0), others, "one")
    assert np.abs(taught.weight).max() < 1e-6

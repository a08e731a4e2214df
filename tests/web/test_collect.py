import json
import re

import numpy as np
import pytest
from PIL import Image

from digitnet.web import collect
from digitnet.web.problems import RequestError

IMAGE = np.random.default_rng(0).integers(0, 256, (28, 28)).tolist()


def body(label="7", image=IMAGE):
    return json.dumps({"label": label, "image": image}).encode()


@pytest.mark.parametrize("label", ["0", "9", "none"])
def test_a_correction_is_a_picture_named_by_its_label(tmp_path, label):
    collect.keep(tmp_path, body(label))
    (kept,) = tmp_path.iterdir()
    assert re.fullmatch(rf"{label}-\d{{8}}-\d{{6}}-[0-9a-f]{{16}}\.png", kept.name)
    with Image.open(kept) as picture:
        assert np.asarray(picture).tolist() == IMAGE


def test_two_of_one_moment_are_both_kept(tmp_path):
    collect.keep(tmp_path, body())
    collect.keep(tmp_path, body())
    assert len(list(tmp_path.iterdir())) == 2


def changed(value):
    image = [list(row) for row in IMAGE]
    image[3][4] = value
    return image


@pytest.mark.parametrize("value", [256, -1, 1.0, True, None, "7"])
def test_a_value_that_is_no_grey_level(tmp_path, value):
    with pytest.raises(RequestError, match="28 x 28") as caught:
        collect.keep(tmp_path, body(image=changed(value)))
    assert (caught.value.status, caught.value.code) == (422, "bad_correction")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("label", ["10", "", " 7", 7, None, "../7"])
def test_a_label_that_is_none(tmp_path, label):
    with pytest.raises(RequestError, match="28 x 28"):
        collect.keep(tmp_path, body(label))
    assert list(tmp_path.iterdir()) == []


def test_a_full_folder_takes_no_more(tmp_path, monkeypatch):
    monkeypatch.setattr(collect, "_MOST_KEPT", 1)
    collect.keep(tmp_path, body())
    with pytest.raises(RequestError, match="keeps no more") as caught:
        collect.keep(tmp_path, body())
    assert caught.value.status == 503
    assert len(list(tmp_path.iterdir())) == 1


def test_a_correction_is_withdrawn_by_its_name(tmp_path):
    names = [collect.keep(tmp_path, body()) for _ in range(2)]
    collect.withdraw(tmp_path, names[0])
    assert [path.stem for path in tmp_path.iterdir()] == names[1:]
    with pytest.raises(RequestError, match="no correction of this name"):
        collect.withdraw(tmp_path, names[0])


@pytest.mark.parametrize("name", ["", "..", "../precious", "precious", "7-20260101-000000-ff"])
def test_no_other_file_is_withdrawn(tmp_path, name):
    folder = tmp_path / "kept"
    folder.mkdir()
    for place in (tmp_path, folder):
        (place / "precious.png").write_bytes(b"precious")
    with pytest.raises(RequestError, match="no correction of this name"):
        collect.withdraw(folder, name)
    assert (tmp_path / "precious.png").exists()
    assert (folder / "precious.png").exists()

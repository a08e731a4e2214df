import json

import numpy as np
import pytest

from digitnet.errors import WeightsError
from digitnet.reading.finder import NONE, Finder
from digitnet.reading.pyramid import MARGIN, pyramid

onnx = pytest.importorskip("onnx")

DARK = -2.0  # evened: there is a mark where the picture is darker than its surroundings


@pytest.fixture
def weights(tmp_path):
    return network(tmp_path, height=48)


def network(folder, height: float):
    """A network that finds a 3, half as wide as high, in the middle of each dark patch."""
    maps = np.zeros(20, np.float32)
    maps[0], maps[5 + 3], maps[16] = -4, 9, 5
    maps[3:5] = np.log(height / 48), np.log(height / 24)
    kernel = np.zeros((20, 1, 4, 4), np.float32)
    kernel[0] = -8 / 16
    helper, array = onnx.helper, onnx.numpy_helper.from_array
    node = helper.make_node("Conv", ["pictures", "kernel", "bias"], ["maps"], strides=[4, 4])
    ports = [
        helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape)
        for name, shape in (("pictures", ["n", 1, "h", "w"]), ("maps", ["n", 20, "i", "j"]))
    ]
    graph = helper.make_graph(
        [node], "made up", ports[:1], ports[1:], [array(kernel, "kernel"), array(maps, "bias")]
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    for name, value in {"format": "digitnet finder", "version": 1}.items():
        entry = model.metadata_props.add()
        entry.key, entry.value = name, json.dumps(value)
    path = folder / "finder.onnx"
    onnx.save(model, path)
    return path


def picture(*places: tuple[int, int]) -> np.ndarray:
    grey = np.full((300, 400), 220, np.uint8)
    for x, y in places:
        grey[y - 4 : y + 4, x - 4 : x + 4] = 20
    return grey


def test_a_mark_in_the_pictures_own_pixels(weights):
    levels = pyramid(picture((120, 80)))
    marks = Finder(weights)(levels)
    at_own_size = marks[np.abs(marks.boxes[:, 3] - 48) < 15]
    assert len(at_own_size) > 0
    assert np.abs(at_own_size.boxes[:, :2] - (120, 80)).max() < 6
    assert (marks.classes.argmax(axis=1) == 3).all()
    assert np.allclose(np.exp(marks.classes).sum(axis=1), 1, atol=1e-5)
    assert np.allclose(np.exp(marks.turns).sum(axis=1), 1, atol=1e-5)
    assert ((marks.digits[:, 3] <= marks.scores) & (marks.classes[:, NONE] < -5)).all()
    width = marks.boxes[:, 2] * np.array([level.scale[0] for level in levels])[marks.levels]
    assert np.allclose(width, 24, atol=0.1)


@pytest.mark.parametrize(
    ("height", "share"), [(14, 0), (18.5, 0.5), (22, 1), (46, 1), (53.5, 0.5), (62, 0), (1e4, 0)]
)
def test_a_mark_counts_as_far_as_the_finder_knows_its_size(tmp_path, height, share):
    levels = pyramid(picture((120, 80)))[:1]
    known = Finder(network(tmp_path, 30))(levels).scores.max()
    scores = Finder(network(tmp_path, height))(levels).scores
    assert scores.max(initial=0) == pytest.approx(share * known, abs=1e-3)


def test_a_large_picture_is_looked_at_where_something_is_drawn(weights):
    grey = np.full((900, 1200), 220, np.uint8)
    for x, y in ((200, 300), (1000, 700)):
        grey[y - 4 : y + 4, x - 4 : x + 4] = 20
    levels = pyramid(grey)
    assert sum(level.pixels.size for level in levels if level.number == 0) < grey.size / 3
    marks = Finder(weights)(levels)
    at_own_size = marks[marks.levels == 0]
    assert {tuple(place) for place in (at_own_size.boxes[:, :2] // 50).tolist()} <= {
        (3, 5), (4, 5), (3, 6), (4, 6), (19, 13), (20, 13), (19, 14), (20, 14),
    }  # fmt: skip
    assert len(at_own_size) > 1


def test_no_levels_hold_no_marks(weights):
    assert len(Finder(weights)([])) == 0


def test_the_margin_holds_no_marks(weights):
    grey = np.full((300, 400), 20, np.uint8)
    grey[40:260, 40:360] = 220
    marks = Finder(weights)(pyramid(grey))
    assert ((marks.boxes[:, :2] > 0) & (marks.boxes[:, :2] < (400, 300))).all()
    assert MARGIN == 24


def test_a_file_of_another_kind(tmp_path):
    from digitnet.reading.network import SHIPPED_WEIGHTS

    with pytest.raises(WeightsError, match="expected 'digitnet finder' version 1"):
        Finder(SHIPPED_WEIGHTS)
    with pytest.raises(WeightsError, match="cannot read"):
        Finder(tmp_path / "none.onnx")

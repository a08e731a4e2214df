"""The page's own reading beside Python's: preparation, network, occlusion."""

import base64
import json
import os
from pathlib import Path

import numpy as np
import pytest

from digitnet.reading.inspection import image_of
from digitnet.reading.network import SHIPPED_WEIGHTS, Network
from digitnet.training.pages.strokes import StrokeSet, load_strokes
from digitnet.web.page_weights import SHIPPED, in_8_bits, in_24_bits
from tests.conftest import ROOT
from tests.web.browser import MARKS
from tests.web.forms import FORMS, Strokes

pytestmark = MARKS
BOARD = 448
_HANDS = Path(os.environ.get("DIGITNET_HANDS") or ROOT.parent / "shared" / "hands")


def packed(values: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(values).tobytes()).decode()


def unpacked(text: str, *shape: int) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), np.uint8).reshape(shape)


def hands() -> StrokeSet:
    """Pen strokes of other writers: of the test part, where it is on this machine."""
    test = _HANDS / "pendigits-test.npz"
    if not test.is_file():
        return load_strokes("pendigits-train")
    with np.load(test) as stored:
        return StrokeSet(**{name: stored[name] for name in stored.files})


def on_the_board(strokes: Strokes, random: np.random.Generator) -> list[list[dict[str, float]]]:
    """Somewhere, tiny to filling the board, with a thin to a thick pen."""
    points = np.concatenate([np.array(stroke, float) for stroke in strokes])
    low, extent = points.min(axis=0), max(float(np.ptp(points, axis=0).max()), 1.0)
    size = float(np.exp(random.uniform(np.log(24), np.log(446))))
    width = min(float(np.exp(random.uniform(np.log(10), np.log(64)))), size / 2.5)
    scale = (size - width) / extent
    room = BOARD - np.ptp(points, axis=0) * scale - width
    corner = random.uniform(0, 1, 2) * np.maximum(room, 0)
    return [
        [
            {"x": float(x), "y": float(y), "width": width}
            for x, y in (np.array(stroke, float) - low) * scale + width / 2 + corner
        ]
        for stroke in strokes
    ]


def drawings(count: int) -> list[list[list[dict[str, float]]]]:
    random = np.random.default_rng(17)
    stored = hands()
    forms = [
        [[(float(x), float(y)) for x, y in stroke] for stroke in stored[int(index)]]
        for index in random.choice(len(stored.labels), count - 5 * len(FORMS), replace=False)
    ]
    return [on_the_board(strokes, random) for strokes in [*forms, *(5 * list(FORMS.values()))]]


def best(network: Network, images: np.ndarray) -> np.ndarray:
    """The likeliest of eleven answers, the last "no digit"."""
    scores = network(images)
    digits = scores.probabilities / (1 + np.exp(-scores.digit_log_odds))[:, None]
    return np.concatenate([digits, 1 - digits.sum(axis=1, keepdims=True)], axis=1).argmax(axis=1)


def test_a_thousand_drawings_are_prepared_as_python_prepares_them(tab):
    drawn = drawings(1000)
    found, expected, answers = [], [], []
    for at in range(0, len(drawn), 100):
        results = tab.evaluate(
            """(drawings) => drawings.map((strokes) => {
              const picture = page.draw(strokes);
              const image = page.normalise(page.rasterise(strokes));
              const paper = (value) => 255 - Math.round(255 * value);
              const grey = Uint8Array.from(picture.values, paper);
              const shares = network.shares(image);
              return [text(grey), picture.width, picture.height, text(image), page.argmax(shares)];
            })""",
            drawn[at : at + 100],
        )
        for grey, width, height, image, answer in results:
            room = max(width, height) // 3
            picture = np.pad(unpacked(grey, height, width), room, constant_values=255)
            box = np.array([room + width / 2, room + height / 2, width, height], np.float32)
            found.append(unpacked(image, 28, 28))
            expected.append(image_of(picture, box))
            answers.append(answer)
    difference = np.abs(np.array(found, int) - np.array(expected, int)).mean(axis=(1, 2))
    assert difference.mean() < 2
    assert (best(Network(), np.array(expected)) == answers).mean() >= 0.999


def test_a_digit_of_a_photo_is_cut_out_as_python_cuts_it(tab):
    random = np.random.default_rng(3)
    for index in range(20):
        side = int(random.integers(20, 120))
        grey = random.normal(190, 6, (2 * side, 2 * side)).clip(0, 255).astype(np.uint8)
        ink = random.integers(0, 2) * 200 + 20
        middle = side + random.integers(-3, 3, 2)
        thick = max(2, side // 10)
        grey[middle[0] - side // 3 : middle[0] + side // 3, middle[1] : middle[1] + thick] = ink
        grey[: side // 4, :4] = 10  # a neighbour
        rule = middle[0] + side // 3 + index % 4
        grey[rule : rule + 3] = ink  # a ruled line below, which some touch
        box = [float(middle[1] + thick / 2), float(middle[0]), float(thick), float(side * 2 / 3)]
        image = tab.evaluate(
            """([values, width, height, box]) => {
              const ink = page.cutOut({ values: bytes(values), width, height }, box);
              return text(ink ? page.normalise(ink) : new Uint8Array(784));
            }""",
            [packed(grey), grey.shape[1], grey.shape[0], box],
        )
        difference = unpacked(image, 28, 28).astype(int) - image_of(grey, np.array(box, np.float32))
        assert np.abs(difference).mean() < 0.5, index


def test_logits_are_those_of_onnx_runtime(tab, digits):
    random = np.random.default_rng(0)
    images = np.concatenate(
        [
            np.resize(np.array(list(digits.values())), (150, 28, 28)),
            random.integers(0, 256, (50, 28, 28), dtype=np.uint8),
        ]
    )
    found = tab.evaluate(
        """(images) => {
          const all = bytes(images);
          const at = (index) => all.subarray(784 * index, 784 * index + 784);
          return Array.from({ length: 200 }, (_, index) => network.run(at(index)).scores);
        }""",
        packed(images),
    )
    assert np.abs(np.array(found) - Network().logits(images)).max() < 1e-4


def test_maps_are_those_of_the_file_that_shows_every_layer(tab, digits):
    maps = tab.evaluate(
        """(image) => {
          const { conv1, conv2, conv3, conv4, conv5 } = network.run(bytes(image));
          return [conv1, conv2, conv3, conv4, conv5].map((values) => [...values]);
        }""",
        packed(digits[4]),
    )
    expected = Network().inside(digits[4])
    names = ["relu1", "relu2", "relu3", "relu4", "conv5"]
    for name, values in zip(names, maps, strict=True):
        np.testing.assert_allclose(
            np.reshape(values, expected[name].shape), expected[name], atol=1e-3, err_msg=name
        )


def test_covering_a_spot_changes_what_python_says_it_changes(tab, digits):
    image = digits[3]
    falls = tab.evaluate("(image) => [...network.occlusion(bytes(image), 2)]", packed(image))
    network = Network()

    def shares(images: np.ndarray) -> np.ndarray:
        scores = network(images)
        return scores.probabilities / (1 + np.exp(-scores.digit_log_odds))[:, None]

    blanked = []
    for spot in falls:
        row, column = spot["row"], spot["column"]
        covered = image.copy()
        covered[max(0, row - 2) : row + 3, max(0, column - 2) : column + 3] = 0
        blanked.append(covered)
    whole = shares(image[None])[0]
    expected = whole.max() - shares(np.array(blanked))[:, whole.argmax()]
    assert len(falls) > 40
    np.testing.assert_allclose([spot["fall"] for spot in falls], expected, atol=1e-4)


def test_the_page_shows_the_weights_that_ship():
    about = json.loads(SHIPPED.read_bytes().split(b"\n", 1)[0])
    metadata = Network(SHIPPED_WEIGHTS).metadata
    assert about["weights"] == metadata["weights"], "stale: write it with 'digitnet export'"
    for name in ("temperature", "digit_threshold", "mean", "std"):
        assert about[name] == metadata[name]


@pytest.mark.parametrize(("pack", "most"), [(in_24_bits, 1e-3), (in_8_bits, 0.5)])
def test_a_smaller_file_is_the_same_network(tab, digits, pack, most):
    scores = tab.evaluate(
        """([weights, image]) => {
          const small = new page.Network(page.parseWeights(bytes(weights).buffer));
          return small.run(bytes(image)).scores;
        }""",
        [base64.b64encode(pack(SHIPPED.read_bytes())).decode(), packed(digits[7])],
    )
    assert np.abs(np.array(scores) - Network().logits(digits[7][None])[0]).max() < most

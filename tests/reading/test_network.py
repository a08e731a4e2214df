import subprocess
import sys

import numpy as np
import pytest

from digitnet.errors import WeightsError
from digitnet.reading.network import SHIPPED_WEIGHTS, Network


def test_the_shipped_weights_are_small_and_say_what_they_are():
    assert SHIPPED_WEIGHTS.stat().st_size < 300_000
    metadata = Network().metadata
    assert metadata["recipe"] == "reading"
    assert 0.3 < metadata["temperature"] < 3


def test_probabilities_sum_to_one_and_batches_do_not_matter(sample):
    network = Network()
    images = sample.eval_images[:150, 0].numpy()
    whole = network(images)
    np.testing.assert_allclose(whole.probabilities.sum(axis=1), 1, atol=1e-5)
    for image, expected in zip(images[:20], whole.probabilities, strict=False):
        np.testing.assert_allclose(network(image[None]).probabilities[0], expected, atol=1e-4)


def test_no_images_are_no_scores():
    scores = Network()(np.zeros((0, 28, 28), np.uint8))
    assert scores.probabilities.shape == (0, 10)
    assert scores.digit_log_odds.shape == (0,)


def test_digits_are_digits_and_noise_is_not(sample):
    network = Network()
    noise = np.random.default_rng(0).integers(0, 256, (100, 28, 28), dtype=np.uint8)
    assert (network(noise).digit_log_odds < 0).mean() > 0.95
    assert (network(sample.eval_images[:, 0].numpy()).digit_log_odds > 0).mean() > 0.97


@pytest.mark.parametrize("content", [b"", b"no model", b"\x08\x09\x12\x00"])
def test_files_that_are_no_weights(tmp_path, content):
    path = tmp_path / "some.onnx"
    path.write_bytes(content)
    with pytest.raises(WeightsError, match=r"some\.onnx"):
        Network(path)


def test_a_missing_file():
    with pytest.raises(WeightsError, match="cannot read"):
        Network(SHIPPED_WEIGHTS.with_name("none.onnx"))


@pytest.mark.slow
def test_reading_never_imports_torch():
    code = "import sys, numpy, digitnet; digitnet.read(numpy.zeros((9, 9), 'u1')); "
    code += "sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


# What happens inside


@pytest.fixture
def own_weights(tmp_path):
    """A copy of both files, to be harmed."""
    path = tmp_path / "mine.onnx"
    path.write_bytes(SHIPPED_WEIGHTS.read_bytes())
    inside = SHIPPED_WEIGHTS.with_suffix(".inside.onnx")
    path.with_suffix(".inside.onnx").write_bytes(inside.read_bytes())
    return path


def test_the_last_layers_mean_is_the_score(digits):
    network = Network()
    for image in digits.values():
        maps = network.inside(image)["conv5"]
        logits = network.logits(image[None])[0]
        np.testing.assert_allclose(maps.mean(axis=(1, 2)), logits, rtol=1e-3, atol=1e-3)


def test_a_map_is_what_its_kernel_makes_of_the_map_before(digits):
    found = Network().inside(digits[3])
    before, kernel = found["relu4"], found["kernel of conv5"]
    padded = np.pad(before, ((0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(1, 2))
    made = np.einsum("chwij,ocij->ohw", windows, kernel)
    bias = found["conv5"] - made
    assert bias.std(axis=(1, 2)).max() < 1e-3


def test_weights_without_an_inside_still_read(own_weights, digits):
    own_weights.with_suffix(".inside.onnx").unlink()
    network = Network(own_weights)
    assert network(digits[8][None]).probabilities.argmax() == 8
    with pytest.raises(WeightsError, match=r"cannot read .*mine\.inside\.onnx"):
        network.inside(digits[8])


def test_an_inside_of_other_weights_is_refused(own_weights, digits):
    network = Network(own_weights)
    network.metadata["weights"] = "others"
    with pytest.raises(WeightsError, match=r"belongs to other weights than mine\.onnx"):
        network.inside(digits[1])


def test_the_two_files_are_not_mistaken_for_each_other(own_weights):
    with pytest.raises(WeightsError, match="is 'digitnet inside' version 1, expected 'digitnet'"):
        Network(own_weights.with_suffix(".inside.onnx"))

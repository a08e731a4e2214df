import numpy as np
import pytest

from digitnet.reading.network import Network, Scores
from digitnet.reading.second_opinion import read_by_both
from digitnet.reading.touching import TouchingNetwork


@pytest.fixture(scope="module")
def network():
    return Network()


@pytest.fixture(scope="module")
def strips():
    return TouchingNetwork()


def no_opinion(forms):
    return [np.full((form.shape[1] // 2, 12), np.log(1 / 12), np.float32) for form in forms]


def test_sure_digits_are_not_put_to_the_second(digits):
    seen = []

    def network(images):
        seen.append(len(images))
        return Scores(np.eye(10, dtype=np.float32)[: len(images)], np.ones(len(images)))

    assert read_by_both(network, pytest.fail, np.stack([*digits.values()])).probabilities.max() == 1
    assert seen == [10]


def test_real_images_in_any_number(network, strips, sample):
    images = sample.eval_images[:200, 0].numpy()
    once, twice = network(images), read_by_both(network, strips, images)
    sure = once.probabilities.max(axis=1) >= 0.99
    assert np.array_equal(once.probabilities[sure], twice.probabilities[sure])
    assert np.allclose(twice.probabilities.sum(axis=1), 1, atol=1e-4)
    assert len(read_by_both(network, strips, images[:0]).evidence) == 0


def test_the_second_network_has_a_say():
    def network(images):
        shares = np.full((len(images), 10), 1e-9, np.float32)
        shares[:, [4, 9]] = 0.51, 0.49
        return Scores(shares, np.ones(len(images), np.float32))

    def sees_a_nine(forms):
        found = []
        for form in forms:
            log_probs = np.full((form.shape[1] // 2, 12), -8.0, np.float32)
            log_probs[:, 11] = -0.01
            log_probs[5, 11], log_probs[5, 9] = -8.0, -0.01
            found.append(log_probs)
        return found

    image = np.zeros((1, 28, 28), np.uint8)
    image[0, 5:20, 10:18] = 200
    undecided = read_by_both(network, no_opinion, image)
    assert undecided.probabilities[0].argmax() == 4
    assert undecided.probabilities[0].sum() == pytest.approx(1)
    assert read_by_both(network, sees_a_nine, image).probabilities[0].argmax() == 9

import numpy as np
import pytest

from digitnet.reading.network import Network, Scores
from digitnet.reading.second_look import read_twice


@pytest.fixture(scope="module")
def network():
    return Network()


def test_sure_digits_are_looked_at_once(digits):
    seen = []

    def network(images):
        seen.append(len(images))
        return Scores(np.eye(10, dtype=np.float32)[: len(images)], np.ones(len(images)))

    assert read_twice(network, np.stack([*digits.values()])).probabilities.max() == 1
    assert seen == [10]


def test_doubtful_digits_are_the_mean_of_their_views():
    calls = iter([0.6, 0.9])

    def network(images):
        shares = np.full((len(images), 10), 1e-9, np.float32)
        shares[:, 3] = next(calls)
        shares[:, 5] = 1 - shares[:, 3]
        return Scores(shares, np.full(len(images), 2.0, np.float32))

    scores = read_twice(network, np.zeros((1, 28, 28), np.uint8))
    assert scores.probabilities[0].sum() == pytest.approx(1)
    assert 0.8 < scores.probabilities[0, 3] < 0.9
    assert scores.evidence.tolist() == [2.0]


def test_real_images_in_any_number(network, sample):
    images = sample.test_images[:200, 0].numpy()
    once, twice = network(images), read_twice(network, images)
    sure = once.probabilities.max(axis=1) >= 0.99
    assert np.array_equal(once.probabilities[sure], twice.probabilities[sure])
    assert np.allclose(twice.probabilities.sum(axis=1), 1, atol=1e-4)
    assert len(read_twice(network, images[:0]).evidence) == 0

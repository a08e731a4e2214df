import numpy as np
import pytest

from digitnet.training.pages import digits
from digitnet.training.pages.digits import HEIGHT, DigitBank
from digitnet.training.pages.strokes import INKED


@pytest.fixture(scope="module")
def mnist(sample):
    return sample.train_images[:, 0].numpy(), sample.train_labels.numpy()


@pytest.fixture(scope="module")
def bank(mnist):
    return DigitBank(*mnist, pool=50)


def is_tight(ink):
    inked = ink > INKED
    return all(edge.any() for edge in (inked[0], inked[-1], inked[:, 0], inked[:, -1]))


def test_every_source_draws_tight_ink_of_the_height(bank, monkeypatch):
    monkeypatch.setattr(digits, "_FADED", 0)  # faint edges may be cut off
    rng = np.random.default_rng(0)
    for source in ("mnist", "hands", "forms"):
        heights = []
        for label in range(10):
            for pen_ratio in (0.02, 0.08, 0.2):
                ink = bank.draw_fresh(rng, pen_ratio, label, source)
                assert ink.dtype == np.uint8
                assert is_tight(ink)
                heights.append(ink.shape[0])
        assert 0.85 * HEIGHT < np.median(heights) < 1.1 * HEIGHT
        assert max(heights) < 1.8 * HEIGHT


def test_draw_is_decided_by_the_generator_not_by_what_was_drawn_before(mnist, bank):
    used = DigitBank(*mnist, pool=50)
    for _ in range(60):
        used.draw(np.random.default_rng(5), 0.1)
    for seed in range(20):
        first, first_label = bank.draw(np.random.default_rng(seed), 0.05)
        again, label = used.draw(np.random.default_rng(seed), 0.05)
        assert label == first_label
        assert np.array_equal(first, again)


def test_a_label_is_drawn_when_asked_for_and_all_come_without(bank):
    rng = np.random.default_rng(1)
    assert all(bank.draw(rng, 0.06, label)[1] == label for label in range(10))
    assert {bank.draw(rng, 0.06)[1] for _ in range(200)} == set(range(10))


@pytest.mark.slow
def test_a_bolder_pen_leaves_more_ink(bank):
    def darkness(pen_ratio):
        rng = np.random.default_rng(3)
        return np.mean([bank.draw_fresh(rng, pen_ratio, d % 10).mean() for d in range(60)])

    assert darkness(0.03) < 0.6 * darkness(0.08) < 0.6 * darkness(0.16)


def test_what_is_kept_aside_is_never_trained_on(mnist):
    """The banks are given images of which each tells its own number."""
    images = np.zeros((1200, 28, 28), np.uint8)
    labels = np.arange(1200) % 10
    train, aside = DigitBank(images, labels), DigitBank(images, labels, "aside")
    for name, total in (("_mnist_of", 1200), ("_hands_of", 7494)):
        trained = np.concatenate(getattr(train, name))
        kept = np.concatenate(getattr(aside, name))
        assert not set(trained) & set(kept)
        assert len(trained) + len(kept) == total
        assert min(kept) > max(trained)
        assert len(kept) >= total // 12


def test_a_speck_beside_a_scanned_digit_is_not_its_box(mnist):
    images, labels = mnist
    index = int(np.flatnonzero(labels == 1)[0])
    image = images[index].copy()
    image[0, 0:2] = 200
    bank = DigitBank(image[None].repeat(24, axis=0), np.ones(24, np.int64))
    ink = bank.draw_fresh(np.random.default_rng(0), 0.1, 1, "mnist")
    clean = DigitBank(images[index][None].repeat(24, axis=0), np.ones(24, np.int64))
    assert ink.shape == clean.draw_fresh(np.random.default_rng(0), 0.1, 1, "mnist").shape


@pytest.mark.slow
def test_only_the_sources_that_are_asked_for_are_drawn(mnist):
    """Of one image, all of MNIST's ones are alike; the forms are not."""
    images = np.zeros((24, 28, 28), np.uint8)
    images[:, 4:24, 13:15] = 255
    labels = np.ones(24, np.int64)
    for sources, few in ((("mnist",), True), (("forms",), False), (("mnist", "forms"), False)):
        bank, rng = DigitBank(images, labels, sources=sources), np.random.default_rng(0)
        widths = [bank.draw(rng, 0.1, 1)[0].shape[1] for _ in range(60)]
        assert (max(widths) < 24) == few

import numpy as np
import pytest

from digitnet.training.non_digits import make_signs
from digitnet.training.strips import NO_DIGIT, WIDTH, make_strips


@pytest.fixture(scope="module")
def made(sample):
    digits, labels = sample.train_images[:, 0].numpy(), sample.train_labels.numpy()
    return make_strips(300, digits, labels, make_signs(50, seed=1), seed=1)


def test_strips_are_twenty_high_with_paper_around(made):
    strips, answers = made
    assert strips.shape == (300, 28, WIDTH)
    assert strips.dtype == np.uint8
    assert answers.shape == (300, 4)
    assert not strips[:, :4].any()
    assert not strips[:, -4:].any()
    assert not strips[:, :, :3].any()
    assert (strips.reshape(300, -1).max(axis=1) == 255).all()


def test_answers_are_one_to_four_signs(made):
    _, answers = made
    lengths = (answers >= 0).sum(axis=1)
    assert set(lengths) == {1, 2, 3, 4}
    for answer, length in zip(answers, lengths, strict=True):
        assert (answer[length:] == -1).all()
    assert answers.max() == NO_DIGIT


def test_more_digits_are_wider(made):
    strips, answers = made
    widths = np.array([np.ptp(np.flatnonzero(strip.any(axis=0))) for strip in strips])
    lengths = (answers >= 0).sum(axis=1)
    assert widths[lengths == 3].mean() > widths[lengths == 2].mean() > widths[lengths == 1].mean()


def test_the_seed_decides(sample, made):
    digits, labels = sample.train_images[:, 0].numpy(), sample.train_labels.numpy()
    again, answers = make_strips(20, digits, labels, make_signs(50, seed=1), seed=1)
    assert np.array_equal(again, made[0][:20])
    assert np.array_equal(answers, made[1][:20])

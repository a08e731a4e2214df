import numpy as np
import pytest

from digitnet.cli.calibration import judged, judged_in_form, judged_pages, judged_singles, thinned
from digitnet.reading import Reader
from digitnet.reading.finder import Marks
from digitnet.training.pages.ingredients import Ingredients
from digitnet.training.pages.tile import Tile


def marks_at(*found):
    """found: (x, y, digit, score)."""
    classes = np.full((len(found), 11), -9.0, np.float32)
    for row, (_, _, digit, _) in enumerate(found):
        classes[row, digit] = 0.0
    return Marks(
        scores=np.array([score for *_, score in found], np.float32),
        boxes=np.array([(x, y, 20, 30) for x, y, *_ in found], np.float32),
        classes=classes,
        turns=np.zeros((len(found), 4), np.float32),
        levels=np.zeros(len(found), np.int64),
    )


def tile_with(*written):
    """written: (x, y, class, share hidden)."""
    marks = np.array([(x, y, 20, 30, label, hidden) for x, y, label, hidden in written], np.float32)
    vague = np.zeros((0, 4), np.float32)
    return Tile(np.zeros((256, 256), np.uint8), marks.reshape(-1, 6), vague)


def test_a_digit_that_is_read_is_right_or_wrong():
    found = marks_at((50, 50, 3, 0.9), (150, 50, 4, 0.8))
    samples = judged(tile_with((51, 50, 3, 0), (150, 52, 5, 0)), found)
    assert [right for _, right in samples] == [True, False]
    assert np.allclose([score for score, _ in samples], [0.9, 0.8], atol=1e-3)


def test_a_letter_is_never_read_rightly():
    assert judged(tile_with((50, 50, 10, 0)), marks_at((50, 50, 7, 0.9)))[0][1] is False


def test_what_is_invented_counts_against_it():
    (sample,) = judged(tile_with(), marks_at((9, 99, 1, 0.6)))
    assert sample[1] is False


def test_what_is_half_hidden_counts_neither_way():
    assert judged(tile_with((50, 50, 3, 0.5)), marks_at((50, 50, 3, 0.9))) == []


def test_one_digit_is_right_once():
    found = marks_at((50, 50, 3, 0.9), (52, 51, 3, 0.5))
    assert sorted(right for _, right in judged(tile_with((50, 50, 3, 0)), found)) == [False, True]


@pytest.mark.slow
def test_digits_in_mnists_form_are_mostly_right_and_others_never(sample):
    samples = judged_in_form(sample, Reader(threads=1))
    right = [score for score, is_right in samples if is_right]
    wrong = [score for score, is_right in samples if not is_right]
    assert len(right) > 0.9 * len(samples)
    assert len(wrong) > 5  # those that are no digit
    assert np.median(right) > np.median(wrong)


def test_wrong_answers_are_at_most_their_share_and_right_ones_all_stay():
    right, wrong = [(0.9, True)] * 30, [(score / 100, False) for score in range(60)]
    kept = thinned(right + wrong, 0.4)
    assert kept.count((0.9, True)) == 30
    assert len(kept) == 50
    assert len(set(kept)) == 21  # twenty different wrong ones, from anywhere
    assert max(score for score, is_right in kept if not is_right) > 0.3
    assert sorted(thinned(right + wrong[:5], 0.4)) == sorted(right + wrong[:5])


@pytest.mark.slow
def test_scores_follow_from_the_digits_and_the_count_alone(sample):
    images, labels = sample.train_images[:, 0].numpy(), sample.train_labels.numpy()
    aside, reader = Ingredients.of(images, labels, "aside"), Reader(threads=1)
    pages, singles = judged_pages(reader, aside, 2), judged_singles(reader, aside, 8)
    assert judged_singles(reader, aside, 8) == singles
    assert judged_pages(reader, aside, 2) == pages
    assert judged_pages(reader, aside, 3)[: len(pages)] == pages
    assert 0 < len(singles) <= 8
    assert any(right for _, right in pages)

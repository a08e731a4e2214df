import numpy as np
import pytest

from digitnet.reading.finder import NONE
from digitnet.reading.merge import merge, wholes, without_rings
from tests.reading.conftest import marks


def test_the_same_mark_at_other_scales_is_one_and_they_vote():
    merged = merge(
        marks(
            (0.6, 100, 50, 24, 40, 7, 0),
            (0.9, 101, 51, 25, 40, 1, 1),
            (0.6, 99, 50, 24, 38, 7, 2),
        )
    )
    assert len(merged) == 1
    assert merged.classes[0].argmax() == 7
    assert merged.scores[0] == np.float32(0.9)
    assert abs(merged.boxes[0, 0] - 100) < 1


def test_digits_that_touch_and_overlap_a_little_stay_two():
    rows = [(0.8, 100, 50, 24, 40, 1, level) for level in (0, 1)]
    rows += [(0.8, 118, 50, 24, 40, 1, level) for level in (0, 1)]
    merged = merge(marks(*rows))
    assert sorted(merged.boxes[:, 0].tolist()) == [100, 118]


@pytest.mark.parametrize(("apart", "digits"), [(3.5, 1), (12, 2)])
@pytest.mark.parametrize("on_its_side", [False, True])
def test_a_thin_stroke_of_two_scales_is_one_and_two_strokes_are_two(apart, digits, on_its_side):
    boxes = [(47, 58, 6, 40), (47 + apart, 58, 9, 40)]
    if on_its_side:
        boxes = [(y, x, height, width) for x, y, width, height in boxes]
    merged = merge(marks(*((0.9, *box, 1, level) for level, box in enumerate(boxes))))
    assert len(merged) == digits


def test_the_hole_of_an_eight_is_no_zero():
    merged = merge(
        marks(
            (0.9, 100, 50, 30, 60, 8, 3),
            (0.8, 100, 50, 30, 58, 8, 2),
            (0.7, 100, 38, 14, 16, 0, 0),
        )
    )
    assert len(merged) == 1


def test_two_at_one_scale_do_not_vote_for_each_other():
    merged = merge(marks((0.5, 100, 50, 24, 40, 3), (0.7, 103, 50, 24, 40, 8)))
    assert len(merged) == 1
    assert merged.classes[0].argmax() == 8


def test_a_guess_votes_once():
    first = [(0.9, 100, 50, 24, 40, 1, 0), (0.8, 100, 50, 24, 40, 1, 1)]
    between, last = (0.9, 105, 50, 24, 40, 7, 1), (0.3, 110, 50, 24, 40, 3, 2)
    merged = merge(marks(*first, between, last))
    assert merged.classes.argmax(axis=1).tolist() == [1, 3]


@pytest.mark.parametrize(("level", "digits"), [(0, 2), (1, 1)])
def test_what_lies_half_on_another_is_another_guess_at_it_at_another_scale(level, digits):
    assert (
        len(merge(marks((0.9, 100, 50, 24, 40, 1, 0), (0.5, 106.6, 50, 24, 40, 7, level))))
        == digits
    )


def test_order_changes_nothing():
    random = np.random.default_rng(3)
    rows = [
        (random.uniform(0.2, 1), *random.uniform(0, 300, 2), *random.uniform(15, 60, 2),
         random.integers(11), random.integers(4)) for _ in range(200)
    ]  # fmt: skip
    # Digits that touch, each seen at three scales, are supported alike at each.
    rows += [
        (random.uniform(0.5, 1), 16 * digit + random.normal(0, 2), 400 + random.normal(0, 2),
         *random.uniform(20, 30, 2), digit % 10, level) for digit in range(20) for level in range(3)
    ]  # fmt: skip
    expected = merge(marks(*rows))
    for _ in range(20):
        random.shuffle(rows)
        merged = merge(marks(*rows))
        assert np.allclose(np.sort(merged.boxes[:, 0]), np.sort(expected.boxes[:, 0]), atol=1e-3)


def test_nothing_is_nothing():
    assert len(merge(marks())) == 0


def test_a_loop_is_a_part_of_its_digit_where_that_is_about_as_sure():
    whole, loop, beside = (
        (0.8, 50, 60, 30, 80, 9),
        (0.9, 50, 40, 28, 30, 0),
        (0.7, 120, 60, 30, 80, 1),
    )
    assert len(wholes(marks(whole, loop, beside))) == 2
    faint = (0.5, *whole[1:])
    assert len(wholes(marks(faint, loop, beside))) == 3


RING = (0.9, 100, 100, 60, 70)


@pytest.mark.parametrize("kind", [0, NONE])
def test_a_ring_around_a_digit_is_none(kind):
    digit = (0.7, 101, 99, 24, 40, 7)
    beside = (0.9, 180, 100, 30, 40, 0)
    left = merge(without_rings(marks((*RING, kind), digit, beside)))
    assert left.classes.argmax(axis=1).tolist() == [0, 7]
    assert left.boxes[:, 0].tolist() == [180, 101]


@pytest.mark.parametrize(
    "inner",
    [
        (0.7, 100, 100, 12, 40, 1),  # the slash of a zero
        (0.7, 100, 100, 24, 40, 0),  # the ring in a letter
        (0.3, 100, 100, 24, 40, 7),  # not seen surely
        (0.7, 100, 100, 50, 60, 7),  # as large: another guess at the same mark
        (0.7, 118, 118, 20, 24, 7),  # in a corner
        (0.7, 100, 100, 10, 12, 7),  # far smaller
    ],
)
def test_what_is_no_ring(inner):
    assert len(without_rings(marks((*RING, 0), inner))) == 2


def test_a_ring_of_other_kinds_is_no_ring():
    assert len(without_rings(marks((*RING, 8), (0.7, 100, 100, 24, 40, 7)))) == 2


def test_what_lies_within_another_once_they_are_merged_is_none():
    # Each guess at the outer one leaves some of the inner one outside; their mean does not.
    rows = [(0.9, 97, 97, 40, 60, 4, 0), (0.9, 103, 103, 40, 60, 4, 1)]
    merged = merge(marks(*rows, (0.6, 111, 79, 22, 22, 1, 2)))
    assert merged.classes.argmax(axis=1).tolist() == [4]

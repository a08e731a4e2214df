import numpy as np
import pytest

from digitnet.reading.finder import NO_MARKS, NONE, Marks
from digitnet.reading.look import look
from digitnet.reading.pyramid import CLOSER_PIXELS, closer, pyramid, scales

GREY = np.full((500, 600), 220, np.uint8)
GREY[100:140, 100:130] = 20


class OneMark:
    """A finder that sees one mark, `side` pixels of the picture large, at every look."""

    def __init__(self, side: float, score: float = 0.5, none: float = 0.1):
        shares = np.full(NONE + 1, 1e-6, np.float32)
        shares[[4, NONE]] = 1 - none, none
        self.box, self.score, self.classes = (115, 120, side * 0.75, side), score, np.log(shares)
        self.scales: list[list[float]] = []

    def __call__(self, levels):
        self.scales.append([level.scale[0] for level in levels])
        if not levels:
            return NO_MARKS
        return Marks(
            np.array([self.score], np.float32),
            np.array([self.box], np.float32),
            self.classes[None],
            np.zeros((1, 4), np.float32),
            np.array([levels[0].number]),
        )


def test_the_coarse_scales_come_first():
    finder = OneMark(side=40)
    marks = look(finder, GREY)
    seen = [scale for level in finder.scales for scale in level]
    assert seen == sorted(seen)
    assert len(marks) == len(scales(GREY))


def test_small_digits_are_looked_at_once_more_and_closer():
    finder = OneMark(side=14)
    marks = look(finder, GREY)
    *pyramid_scales, closest = finder.scales
    assert min(closest) > max(pyramid_scales)[0]
    assert len(marks) == len(set(marks.levels.tolist())) == len(scales(GREY)) + 1


@pytest.mark.parametrize(
    "finder", [OneMark(side=40), OneMark(side=14, score=0.01), OneMark(side=14, none=0.9)]
)
def test_large_digits_faint_marks_and_letters_are_no_reason_to(finder):
    look(finder, GREY)
    assert len(finder.scales) == len(scales(GREY))


@pytest.mark.parametrize(
    ("finder", "left_out"),
    [
        (OneMark(side=55, score=0.9), 1),
        (OneMark(side=55, score=0.6), 0),
        (OneMark(side=55, score=0.9, none=0.9), 0),  # a whole number can look like a sign
    ],
)
def test_what_is_surely_too_large_for_a_scale_is_left_out_there(finder, left_out):
    marks = look(finder, GREY)
    assert finder.scales.count([]) == left_out
    assert len(marks) == len(scales(GREY)) - left_out
    more = GREY.copy()
    more[400:440, 400:430] = 20  # another one, which no scale is sure of
    finder.scales.clear()
    look(finder, more)
    assert [] not in finder.scales


@pytest.mark.slow
@pytest.mark.parametrize("shape", [(1, 1), (30, 30), (500, 600), (900, 900), (3000, 4000)])
def test_the_closer_look_is_larger_than_the_pyramid_or_none_and_bounded(shape):
    grey = np.full(shape, 220, np.uint8)
    grey[shape[0] // 3 : shape[0] // 2 + 1, shape[1] // 3 : shape[1] // 2 + 1] = 20
    (largest, *_), nearer = pyramid(grey), closer(grey)
    assert sum(level.pixels.size for level in nearer) < 1.3 * CLOSER_PIXELS
    assert all(level.scale[0] > largest.scale[0] for level in nearer)
    assert (len(nearer) > 0) == (grey.size < CLOSER_PIXELS)

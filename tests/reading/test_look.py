import numpy as np
import pytest

from digitnet.reading.finder import NONE, Marks
from digitnet.reading.look import look
from digitnet.reading.pyramid import CLOSER_PIXELS, closer, pyramid

GREY = np.full((500, 600), 220, np.uint8)
GREY[100:140, 100:130] = 20


class OneMark:
    """A finder that sees one mark, `side` pixels of the picture large, at every look."""

    def __init__(self, side: float, score: float = 0.5, none: float = 0.1):
        shares = np.full(NONE + 1, (1 - none) / NONE, np.float32)
        shares[NONE] = none
        self.box, self.score, self.classes = (115, 120, side * 0.6, side), score, np.log(shares)
        self.scales: list[list[float]] = []

    def __call__(self, levels):
        self.scales.append([level.scale[0] for level in levels])
        return Marks(
            np.array([self.score], np.float32),
            np.array([self.box], np.float32),
            self.classes[None],
            np.zeros((1, 4), np.float32),
            np.array([levels[0].number]),
        )


def test_small_digits_are_looked_at_once_more_and_closer():
    finder = OneMark(side=14)
    marks = look(finder, GREY)
    first, second = finder.scales
    assert min(second) > max(first)
    assert len(marks) == 2
    assert len(set(marks.levels.tolist())) == 2


@pytest.mark.parametrize(
    "finder", [OneMark(side=40), OneMark(side=14, score=0.01), OneMark(side=14, none=0.9)]
)
def test_large_digits_faint_marks_and_letters_are_no_reason_to(finder):
    assert len(look(finder, GREY)) == 1
    assert len(finder.scales) == 1


@pytest.mark.slow
@pytest.mark.parametrize("shape", [(1, 1), (30, 30), (500, 600), (900, 900), (3000, 4000)])
def test_the_closer_look_is_larger_than_the_pyramid_or_none_and_bounded(shape):
    grey = np.full(shape, 220, np.uint8)
    grey[shape[0] // 3 : shape[0] // 2 + 1, shape[1] // 3 : shape[1] // 2 + 1] = 20
    (largest, *_), nearer = pyramid(grey), closer(grey)
    assert sum(level.pixels.size for level in nearer) < 1.3 * CLOSER_PIXELS
    assert all(level.scale[0] > largest.scale[0] for level in nearer)
    assert (len(nearer) > 0) == (grey.size < CLOSER_PIXELS)

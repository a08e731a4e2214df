import cv2
import numpy as np
import pytest

from digitnet.reading.finder import NO_MARKS, NONE, SIDES, Marks
from digitnet.reading.look import look
from digitnet.reading.pyramid import CLOSER_PIXELS, CLOSEST, closer, evened, pyramid, scaled, scales

GREY = np.full((500, 600), 220, np.uint8)
GREY[100:140, 100:130] = 20


class OneMark:
    """A finder that sees one mark, `side` pixels of the picture large, at every look."""

    def __init__(self, side: float, score: float = 0.5, none: float = 0.1, digit: int = 4):
        shares = np.full(NONE + 1, 1e-6, np.float32)
        shares[[digit, NONE]] = 1 - none, none
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
    finder = OneMark(side=40, score=0.9)
    marks = look(finder, GREY)
    seen = [scale for level in finder.scales for scale in level]
    assert seen == sorted(seen)
    assert len(marks) == len(scales(GREY))


@pytest.mark.parametrize("side", [14, 9])
def test_small_digits_are_looked_at_closer_until_they_are_large_enough(side):
    grey = GREY.repeat(2, 0).repeat(2, 1)  # at its own size, and up to twice as large
    finder = OneMark(side, score=0.9)
    marks = look(finder, grey)
    looks = [max(scales) for scales in finder.scales]
    assert len(looks) == len(marks) == len(set(marks.levels.tolist())) > len(scales(grey))
    assert looks == sorted(looks)
    assert side * looks[-1] > SIDES[1] or looks[-1] == CLOSEST
    assert side * looks[-2] < SIDES[1]


@pytest.mark.parametrize(
    "finder", [OneMark(side=40, score=0.9), OneMark(side=40, score=0.6, none=0.1)]
)
def test_large_digits_are_no_reason_to(finder):
    look(finder, GREY)
    assert len(finder.scales) == len(scales(GREY))


def test_where_no_digit_is_found_it_may_be_too_small():
    finder = OneMark(side=14, score=0.01)
    look(finder, GREY)
    assert len(finder.scales) > len(scales(GREY))
    finder.scales.clear()
    look(finder, np.full((500, 600), 220, np.uint8)[:, :100])
    assert len(finder.scales) > 0


@pytest.mark.parametrize(
    ("finder", "left_out"),
    [
        (OneMark(side=55, score=0.9), 1),
        (OneMark(side=55, score=0.6), 0),
        (OneMark(side=55, score=0.9, none=0.9), 0),  # a whole number can look like a sign
        (OneMark(side=55, score=0.9, digit=0), 0),  # a zero may be a ring around a digit
    ],
)
def test_what_is_surely_too_large_for_a_scale_is_left_out_there(finder, left_out):
    marks = look(finder, GREY)
    assert finder.scales.count([]) == left_out
    assert len(marks) >= len(scales(GREY)) - left_out
    more = GREY.copy()
    more[400:440, 400:430] = 20  # another one, which no scale is sure of
    finder.scales.clear()
    look(finder, more)
    assert [] not in finder.scales


@pytest.mark.slow
@pytest.mark.parametrize("shape", [(1, 1), (30, 30), (500, 600), (900, 900), (3000, 4000)])
def test_closer_looks_are_larger_than_the_pyramid_and_bounded(shape):
    grey = np.full(shape, 220, np.uint8)
    grey[shape[0] // 3 : shape[0] // 2 + 1, shape[1] // 3 : shape[1] // 2 + 1] = 20
    (largest, *_), looks = pyramid(grey), list(closer(grey, scaled(grey)[0]))
    scale, pixels = largest.scale[0], 0
    for levels in looks:
        pixels += sum(level.pixels.size for level in levels)
        assert all(level.scale[0] > scale for level in levels)
        scale = levels[0].scale[0]
    assert pixels < 1.3 * CLOSER_PIXELS
    assert scale <= 1.01 * max(CLOSEST, largest.scale[0])


def test_what_is_drawn_on_a_large_page_is_seen_closer_and_whole():
    grey = np.full((1080, 1920), 220, np.uint8)
    grey[500:520, 900:1000] = 20
    *_, levels = closer(grey, scaled(grey)[0])
    across, down = levels[0].scale
    assert across > 1.5
    size = round(1920 * across), round(1080 * down)
    whole = evened(cv2.resize(grey, size, interpolation=cv2.INTER_CUBIC).astype(np.float32))
    ink = sum(np.count_nonzero(level.pixels < -1) for level in levels)
    assert ink == np.count_nonzero(whole < -1) > 1000


def test_a_bare_page_has_no_closer_look():
    grey = np.full((1080, 1920), 220, np.uint8)
    assert list(closer(grey, scaled(grey)[0])) == []


def test_one_digit_is_looked_for_closer_only_in_small_pictures():
    for grey, closer_looks in ((GREY, 1), (GREY.repeat(3, 0).repeat(3, 1), 0)):
        finder = OneMark(side=14, score=0.9)
        look(finder, grey, one=True)
        assert len(finder.scales) == len(scales(grey)) + closer_looks
    bare = np.full((900, 900), 220, np.uint8)
    assert list(closer(bare, scaled(bare)[0], whole=True)) == []


class LargeAndSmall(OneMark):
    """A finder that sees large digits, and others too small to be seen well."""

    def __init__(self, large: int, small: int):
        super().__init__(side=40, score=0.9)
        self.counts = large, small

    def __call__(self, levels):
        seen = super().__call__(levels)
        if not levels:
            return seen
        marks = seen[np.repeat(0, sum(self.counts))]
        marks.boxes[self.counts[0] :, 2:] = 7, 9
        return marks


@pytest.mark.parametrize(("large", "small", "closer_looks"), [(5, 1, False), (1, 5, True)])
def test_small_marks_beside_large_digits_on_a_large_page_are_grain(large, small, closer_looks):
    grey = GREY.repeat(3, 0).repeat(3, 1)
    finder = LargeAndSmall(large, small)
    look(finder, grey)
    assert (len(finder.scales) > len(scales(grey))) == closer_looks

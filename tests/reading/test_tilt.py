import numpy as np
import pytest

from digitnet.reading.tilt import tilted, with_paper

WHOLE = np.array([40, 50, 20, 64])  # its surroundings go beyond every edge


@pytest.fixture
def bar():
    """A dark upright bar on light paper, 60 of 100 pixels high."""
    grey = np.full((100, 80), 200, np.uint8)
    grey[20:80, 36:44] = 10
    return grey


@pytest.mark.parametrize(("degrees", "leans"), [(8, -1), (0, 0), (-8, 1)])
def test_it_turns_counter_clockwise(bar, degrees, leans):
    dark = tilted(bar, WHOLE, degrees) < 100
    rows = np.flatnonzero(dark.any(axis=1))
    top, bottom = (np.flatnonzero(dark[row]).mean() for row in (rows[4], rows[-5]))
    expected = 50 * np.tan(np.radians(8)) * leans
    assert top - bottom == pytest.approx(expected, abs=1.5)
    assert dark.sum() == pytest.approx(480, rel=0.05)  # nothing is cut off or made larger


def test_a_stroke_that_touches_the_edge_is_not_made_longer():
    grey = np.full((100, 80), 200, np.uint8)
    grey[:, 36:44] = 10
    found = tilted(grey, np.array([40, 50, 8, 100]), 8)
    rows = np.flatnonzero((found < 100).any(axis=1))
    assert len(rows) == pytest.approx(100, abs=3)


def test_beyond_the_picture_there_is_paper(bar):
    found = tilted(bar, WHOLE, 8)
    assert found.dtype == np.uint8
    assert found.shape[0] > 100
    assert found.shape[1] > 80
    assert (found[[0, -1]] == 200).all()
    assert (found[:, [0, -1]] == 200).all()


def test_paper_goes_on_as_it_is_lit():
    across = np.linspace(90, 230, 80).astype(np.uint8)
    grey = np.repeat(across[None], 60, axis=0)
    grey[:, 38:42] = 5  # a stroke from edge to edge
    framed = with_paper(grey, 10)
    assert framed.shape == (80, 100)
    assert (framed[10:-10, 10:-10] == grey).all()
    assert (framed[30, :10] == 90).all()
    assert (framed[30, -10:] == 230).all()
    above = framed[:10, 10:-10].astype(int)
    assert (np.ptp(above, axis=0) == 0).all()
    assert np.abs(above[0, 20:-20] - across[20:-20]).max() < 12  # the light, not the stroke


def test_of_a_large_picture_only_what_is_around_the_box():
    grey = np.full((3000, 2000), 200, np.uint8)
    grey[990:1010, 700:720] = 10
    found = tilted(grey, np.array([710, 1000, 20, 20]), 8)
    assert max(found.shape) < 300


def test_a_small_digit_is_enlarged_so_that_thin_strokes_stay():
    grey = np.full((24, 24), 200, np.uint8)
    grey[2:22, 12] = 10
    found = tilted(grey, np.array([12, 12, 2, 20]), 8)
    rows = np.flatnonzero((found < 100).any(axis=1))
    assert len(rows) == pytest.approx(64, rel=0.1)
    assert (np.diff(rows) == 1).all()  # in one piece


@pytest.mark.parametrize("box", [(-5, -5, 4, 4), (500, 500, 9, 9), (3, 3, 0.1, 0.1)])
def test_a_box_outside_or_of_no_size_gives_a_picture_all_the_same(box):
    assert tilted(np.full((6, 6), 90, np.uint8), np.array(box), -8).size > 0

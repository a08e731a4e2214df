import numpy as np

from digitnet.reading.drawn import CELL, MARGIN, NOTHING_KNOWN, border_grey, drawn_on, pixels_of


def test_what_lies_around_is_what_the_border_mostly_is():
    grey = np.full((40, 60), 210, np.uint8)
    grey[10:30, :20] = 20
    assert border_grey(grey) == 210
    assert border_grey(np.full((1, 1), 7, np.uint8)) == 7


def test_the_places_hold_what_is_drawn_and_little_more():
    grey = np.full((1200, 900), 220, np.uint8)
    grey[600:640, 100:300] = grey[60:90, 800:820] = 30
    places = drawn_on(grey, NOTHING_KNOWN)
    framed = np.pad(grey, MARGIN, constant_values=220)
    assert sum(np.count_nonzero(framed[place] == 30) for place in places) == 200 * 40 + 30 * 20
    assert sum(pixels_of(place) for place in places) < 0.1 * grey.size
    assert all((part.stop - part.start) % CELL == 0 for place in places for part in place)
    assert drawn_on(np.full((1200, 900), 220, np.uint8), NOTHING_KNOWN) == []


def test_of_a_small_picture_all_is_looked_at():
    ((rows, columns),) = drawn_on(np.full((300, 200), 220, np.uint8), NOTHING_KNOWN)
    assert (rows.stop, columns.stop) >= (300 + 2 * MARGIN, 200 + 2 * MARGIN)

import cv2
import numpy as np

from digitnet.reading.ink import Ink, find_ink
from digitnet.reading.strokes import find_strokes, join
from tests.reading.conftest import photo


def ink_of(mask: np.ndarray) -> Ink:
    return Ink(mask.astype(np.float32), mask.astype(np.uint8), False)


def test_a_digit_is_one_stroke_with_its_box():
    mask = np.zeros((200, 300))
    mask[50:110, 120:150] = 1
    (stroke,) = find_strokes(ink_of(mask)).strokes
    assert stroke.box == (120, 50, 30, 60)
    assert stroke.area == 1800


def test_a_tables_edge_is_dropped_and_a_digit_cut_tight_is_not():
    mask = np.zeros((200, 300))
    mask[:, :8] = 1
    mask[60:120, 150:170] = 1
    (stroke,) = find_strokes(ink_of(mask)).strokes
    assert stroke.left == 150
    tight = np.zeros((40, 30))
    tight[:, 10:20] = 1
    assert len(find_strokes(ink_of(tight)).strokes) == 1


def test_squared_paper_is_taken_away(digits):
    picture = photo(digits[2], scale=8)
    grid = picture.copy()
    for at in range(15, 340, 45):
        cv2.line(grid, (at, 0), (at + 8, 343), 120, 2)
        cv2.line(grid, (0, at), (343, at + 5), 120, 2)
    grid = np.minimum(grid, picture)
    strokes = find_strokes(find_ink(grid)).strokes
    expected = find_strokes(find_ink(picture)).strokes[0]
    main = strokes[0]
    assert abs(main.left - expected.left) < 25
    assert abs(main.bottom - expected.bottom) < 25
    assert main.area > 0.5 * expected.area


def test_joined_strokes_are_cropped_together():
    mask = np.zeros((60, 60))
    mask[10:20, 10:20] = 1
    mask[30:50, 12:18] = 1
    mask[5:55, 40:50] = 1
    strokes = find_strokes(ink_of(mask))
    right, *parts = sorted(strokes.strokes, key=lambda s: -s.left)
    whole = join(parts)
    assert whole.box == (10, 10, 10, 40)
    ink, inside = strokes.crop(whole)
    assert inside.sum() == whole.area == 220
    assert ink.shape == (40, 10)
    assert right.left == 40


def test_texture_is_bounded():
    noise = np.random.default_rng(0).random((900, 900)) > 0.7
    assert len(find_strokes(ink_of(noise)).strokes) <= 1200

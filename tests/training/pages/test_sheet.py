import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitnet.training.pages.sheet import FINE, Sheet

SIDE = 128
BLOCK = np.full((20, 12), 255, np.uint8)
UPRIGHT = np.eye(2)


def put(x, y, matrix=UPRIGHT, ink=BLOCK, depth=1.0, **options):
    sheet = Sheet(SIDE, **options)
    return sheet, sheet.put(ink, x, y, matrix, depth)


def test_ink_is_written_about_its_middle_and_its_box_is_tight():
    sheet, box = put(50.0, 70.0)
    assert box == pytest.approx((50, 70, 12, 20), abs=1)
    left, top, width, height = cv2.boundingRect((sheet.ink > 0.3).astype(np.uint8))
    assert (left + width / 2, top + height / 2, width, height) == box


@given(
    x=st.floats(-60, SIDE + 60),
    y=st.floats(-60, SIDE + 60),
    scale=st.floats(0.2, 3),
    angle=st.floats(-3, 3),
)
def test_a_box_lies_about_its_ink_wherever_and_however_it_is_written(x, y, scale, angle):
    cosine, sine = np.cos(angle), np.sin(angle)
    matrix = scale * np.array([[cosine, -sine], [sine, cosine]])
    sheet, box = put(x, y, matrix)
    inked = sheet.ink > 0.3
    assert sheet.ink.min() >= 0
    assert sheet.ink.max() <= 1
    if box is None:
        assert not inked.any()
        return
    assert box[:2] == pytest.approx((x, y), abs=1.5 + scale)
    half_width, half_height = np.abs(matrix) @ (12, 20) / 2
    assert box[2:] == pytest.approx((2 * half_width, 2 * half_height), abs=3)
    rows, columns = np.nonzero(inked)
    if len(rows):
        assert box[0] - box[2] / 2 <= columns.min()
        assert columns.max() + 1 <= box[0] + box[2] / 2
        assert box[1] - box[3] / 2 <= rows.min()
        assert rows.max() + 1 <= box[1] + box[3] / 2


def test_a_box_that_reaches_over_the_edge_is_told_whole():
    sheet, box = put(2.0, 60.0)
    assert box == pytest.approx((2, 60, 12, 20), abs=1)
    assert (sheet.ink > 0.3).any(axis=0).sum() == pytest.approx(8, abs=1)


@pytest.mark.parametrize("place", [(-40.0, 60.0), (60.0, -40.0), (200.0, 60.0), (60.0, 200.0)])
def test_outside_nothing_is_written(place):
    sheet, box = put(*place)
    assert box is None
    assert not sheet.ink.any()


def test_what_is_far_larger_than_the_sheet_is_not_written():
    sheet, box = put(64.0, 64.0, 30 * UPRIGHT)
    assert box is None
    assert not sheet.ink.any()


def test_thin_strokes_stay_whole_when_they_are_made_small():
    """A frame of lines two pixels wide, at a fifth of its size: every line is still there."""
    frame = np.zeros((100, 100), np.uint8)
    cv2.rectangle(frame, (1, 1), (98, 98), 255, 2)
    sheet, _ = put(64.0, 64.0, 0.2 * UPRIGHT, frame)
    middle = sheet.ink[64, 50:78]
    across = sheet.ink[50:78, 64]
    for line in (middle, across):
        assert line[:14].max() > 0.2
        assert line[14:].max() > 0.2
    along = sheet.ink[54:56, 57:71].max(axis=0)
    assert along.min() > 0.2


@pytest.mark.parametrize(("see_through", "wanted"), [(False, 0.6), (True, 0.84)])
def test_ink_over_ink(see_through, wanted):
    sheet = Sheet(SIDE, see_through=see_through)
    for _ in range(2):
        sheet.put(BLOCK, 64.0, 64.0, UPRIGHT, 0.6)
    assert sheet.ink.max() == pytest.approx(wanted, abs=0.01)


def test_faint_ink_has_the_same_box():
    assert put(50.0, 70.0, depth=0.2)[1] == put(50.0, 70.0)[1]


def test_marks_and_vague_places_are_told_in_pixels_of_the_tile():
    sheet = Sheet(SIDE)
    sheet.mark((40.0, 60.0, 10.0, 20.0), 7)
    sheet.mark_vague((40.0, 60.0, 10.0, 20.0))
    sheet.mark(None, 3)  # written outside
    sheet.mark_vague(None)
    marks, vague = sheet.tile_marks(), sheet.tile_vague()
    assert marks.dtype == vague.dtype == np.float32
    assert marks.tolist() == [[40 / FINE, 60 / FINE, 10 / FINE, 20 / FINE, 7, 0]]
    assert vague.tolist() == [[35 / FINE, 50 / FINE, 45 / FINE, 70 / FINE]]


def test_an_empty_sheet_has_no_rows():
    assert Sheet(SIDE).tile_marks().shape == (0, 6)
    assert Sheet(SIDE).tile_vague().shape == (0, 4)


def test_a_place_is_free_where_no_mark_is_touched():
    sheet = Sheet(SIDE)
    sheet.mark((50.0, 50.0, 10.0, 20.0), 7)
    sheet.mark_vague((100.0, 100.0, 10.0, 20.0))
    assert not sheet.is_free(50, 50, 2, 2)
    assert not sheet.is_free(59, 50, 10, 10)
    assert sheet.is_free(61, 50, 10, 10)
    assert sheet.is_free(50, 66, 10, 10)
    assert sheet.is_free(100, 100, 10, 10)

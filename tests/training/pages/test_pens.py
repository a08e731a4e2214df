import cv2
import numpy as np
import pytest

from digitnet.training.pages.pens import change_pen


@pytest.mark.parametrize("pen", [3, 6, 12])
def test_a_ring_keeps_its_size_and_its_hole(pen):
    ring = np.zeros((120, 120), np.uint8)
    cv2.circle(ring, (60, 60), 40, 1, 10)
    ink = change_pen(ring, pen)
    row = ink[ink.shape[0] // 2].astype(float) / 255
    assert ink.shape[1] == pytest.approx(80 + pen, abs=3)
    assert row.sum() / 2 == pytest.approx(pen, abs=1.5)
    assert row[len(row) // 2] == 0


def test_a_much_thinner_pen_breaks_no_stroke():
    cross = np.zeros((100, 100), np.uint8)
    cv2.line(cross, (10, 10), (90, 90), 1, 4)
    cv2.line(cross, (90, 10), (10, 90), 1, 6)
    ink = change_pen(cross, 1.0)
    parts, _ = cv2.connectedComponents((ink > 77).astype(np.uint8))
    assert parts == 2
    assert min(ink.shape) > 70

import cv2
import numpy as np
import pytest

from digitnet.mnist_format import BOX
from digitnet.reading.normalise import STROKE_RANGE, normalise, stroke_width


def ring(pen: int, side: int = 200) -> np.ndarray:
    canvas = np.zeros((side, side), np.uint8)
    cv2.circle(canvas, (side // 2, side // 2), side // 2 - pen // 2 - 1, 255, pen, cv2.LINE_AA)
    return canvas.astype(np.float32) / 255


def measured_width(image: np.ndarray) -> float:
    fine = cv2.resize(image, None, fx=8, fy=8, interpolation=cv2.INTER_CUBIC)
    filled = (fine > 127).astype(np.uint8)
    return stroke_width(filled, cv2.distanceTransform(filled, cv2.DIST_L2, 3)) / 8


@pytest.mark.parametrize("pen", [1, 3, 8, 20, 45, 60])
def test_any_pen_comes_out_as_mnists(pen):
    ink = ring(pen)
    image = normalise(ink, ink > 0.5)
    width = measured_width(image)
    assert STROKE_RANGE[0] - 0.5 < width < STROKE_RANGE[1] + 0.7
    assert image[14, 14] < 100  # the hole is still open


def test_mnists_own_digits_keep_their_greys(sample):
    kept = 0
    images = sample.eval_images[:, 0].numpy()[::10]
    for image in images:
        rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
        ink = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.float32) / 255
        kept += np.abs(normalise(ink, ink > 0.5).astype(int) - image).mean() < 3
    assert kept / len(images) > 0.7


def test_size_does_not_matter():
    small, large = (normalise(r, r > 0.5) for r in (ring(12, 100), ring(72, 600)))
    assert np.abs(small.astype(int) - large).mean() < 6


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (60, 1), (3, 3)])
def test_the_smallest_ink(shape):
    image = normalise(np.ones(shape, np.float32), np.ones(shape, bool))
    assert image.max() == 255


def test_faint_ink_that_was_found_is_kept():
    ink = ring(20)
    ink[:, 100:] *= 0.3  # the pen skips
    image = normalise(ink, ring(20) > 0.5)
    left, right = image[:, :14].sum(), image[:, 14:].sum()
    assert 0.8 < left / right < 1.25


def test_stroke_width_of_a_bar():
    bar = np.zeros((100, 60), np.uint8)
    bar[10:90, 20:32] = 1
    depth = cv2.distanceTransform(bar, cv2.DIST_L2, 3)
    assert stroke_width(bar, depth) == pytest.approx(12, abs=1.5)
    assert stroke_width(np.zeros((3, 3), np.uint8), np.zeros((3, 3), np.float32)) == 0
    assert BOX == 20

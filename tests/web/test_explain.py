import base64

import numpy as np

from digitnet.web import explain


def test_only_what_is_written_counts(reader, digits):
    image = digits[3]
    fall = explain.occlusion(reader, image)
    assert (fall.shape, fall.dtype) == ((28, 28), np.float32)
    # A patch that covers no ink changes nothing; somewhere on the strokes one does.
    rows, columns = np.nonzero(image)
    near = np.zeros((28, 28), bool)
    for row, column in zip(rows, columns, strict=True):
        near[max(0, row - 2) : row + 3, max(0, column - 2) : column + 3] = True
    assert not fall[~near].any()
    assert fall[near].max() > 0.01


def test_a_fall_is_the_best_digits_own(reader, digits):
    image = digits[3]
    fall = explain.occlusion(reader, image)
    row, column = np.unravel_index(fall.argmax(), fall.shape)
    blanked = image.copy()
    blanked[max(0, row - 2) : row + 3, max(0, column - 2) : column + 3] = 0
    before = reader.network(image[None]).probabilities[0]
    after = reader.network(blanked[None]).probabilities[0]
    best = before.argmax()
    np.testing.assert_allclose(fall[row, column], before[best] - after[best], atol=1e-3)


def test_values_are_packed_little_endian():
    packed = explain._array(np.array([[1.5, -2.0, 0.25]], np.float32).T)
    assert packed["shape"] == [3, 1]
    content = base64.b64decode(packed["values"])
    assert np.frombuffer(content, "<f4").tolist() == [1.5, -2.0, 0.25]

import numpy as np
import pytest
from calibration_error import as_marks, summary

from digitnet.reading.result import Digit


def test_what_chance_alone_makes_stands_beside_the_error():
    rng = np.random.default_rng(0)
    confidence = rng.random(2000)
    exact = [(float(c), bool(rng.random() < c)) for c in confidence]
    too_sure = [(float(c), bool(rng.random() < c - 0.2)) for c in confidence]
    found = summary(exact)
    assert found["error"] == pytest.approx(found["by_chance"], abs=0.01)
    assert summary(too_sure)["error"] > found["by_chance"] + 0.1
    assert found["marks"] == 2000


def test_digits_become_marks_where_they_stand():
    shares = tuple(0.91 if digit == 7 else 0.01 for digit in range(10))
    marks = as_marks([Digit((10.0, 20.0, 8.0, 16.0), False, shares, 0.4)])
    assert marks.boxes.tolist() == [[14, 28, 8, 16]]
    assert marks.digits.argmax() == 7
    assert marks.digits.max() == pytest.approx(0.4)

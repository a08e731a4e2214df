"""Printed forms with their answers."""

import numpy as np
from forms import form

from tests.benchmarks.conftest import IMAGES, LABELS


def test_a_form_and_its_answer():
    picture, answer = form(np.random.default_rng(5), IMAGES, LABELS)
    assert picture.dtype == np.uint8
    assert answer
    assert all(line.isdigit() for line in answer)
    again, same = form(np.random.default_rng(5), IMAGES, LABELS)
    assert (again == picture).all()
    assert same == answer

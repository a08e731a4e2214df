"""Made-up pages with their answers."""

import numpy as np
import pytest
from compose import page

from tests.benchmarks.conftest import IMAGES, LABELS


@pytest.mark.slow
def test_signs_stand_in_the_answer_as_question_marks():
    _, answer = page(np.random.default_rng(6), IMAGES, LABELS, signs=0.9)
    text = "".join(answer)
    assert "?" in text
    assert sum(character.isdigit() for character in text) >= text.count("?")

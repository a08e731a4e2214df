import importlib.util

import numpy as np
import pytest

from digitnet.errors import DataError
from digitnet.training.pages.ingredients import Ingredients
from digitnet.training.pages.print import PrintBank, _text


def test_print_says_what_it_holds():
    rng = np.random.default_rng(0)
    for kind in ("letters", "digits", "mixed"):
        texts = [_text(rng, kind) for _ in range(50)]
        has_digit = [any(c.isdigit() for c in text) for text in texts]
        assert all(has_digit) if kind == "digits" else True
        assert not any(has_digit) if kind == "letters" else sum(has_digit) > 40
    ink, kind = PrintBank().draw_print(rng, "digits")
    assert kind == "digits"
    assert ink.dtype == np.uint8
    assert ink.max() == 255


def test_the_seed_decides():
    first, second = (PrintBank().draw_print(np.random.default_rng(4)) for _ in range(2))
    assert first[1] == second[1]
    assert np.array_equal(first[0], second[0])


def test_without_matplotlib_there_is_one_font_and_no_training(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    ink, _ = PrintBank().draw_print(np.random.default_rng(0), "letters")
    assert ink.max() == 255
    with pytest.raises(DataError, match="pip install matplotlib"):
        Ingredients.of(np.zeros((20, 28, 28), np.uint8), np.arange(20) % 10)

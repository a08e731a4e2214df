import numpy as np
import pytest

from digitnet.errors import WeightsError
from digitnet.reading.normalise import strip_form
from digitnet.reading.touching import BLANK, StripScores, TouchingNetwork


def scores(*signs: int, sure: float = 0.98) -> StripScores:
    """One frame a sign, of a strip that begins at column 100 with two columns a frame."""
    shares = np.full((len(signs), 12), (1 - sure) / 11)
    shares[np.arange(len(signs)), signs] = sure
    return StripScores(np.log(shares).astype(np.float32), left=100, scale=0.5)


def test_one_sign_between_two_cuts():
    found = scores(BLANK, 3, 3, BLANK, BLANK, 7, BLANK)
    assert found.between(-np.inf, 108).argmax() == 3
    assert found.between(108, np.inf).argmax() == 7
    # The whole is two digits, and so not likely one.
    assert found.between(-np.inf, np.inf).max() < -3


def test_the_likelihood_is_that_of_all_alignments():
    """Summed by hand: every way in which a one lies somewhere in three frames."""
    found = scores(1, BLANK, 4, sure=0.5)
    shares = np.exp(found.log_probs)
    ways = [(first, last) for first in range(3) for last in range(first, 3)]
    total = sum(
        np.prod([shares[at, 1 if first <= at <= last else BLANK] for at in range(3)])
        for first, last in ways
    )
    assert np.exp(found.between(-np.inf, np.inf)[1]) == pytest.approx(total, rel=1e-4)


def test_nothing_where_all_is_blank():
    found = scores(BLANK, BLANK, 5)
    assert found.nothing(-np.inf, 104) > -0.1
    assert found.nothing(104, np.inf) < -3


def test_columns_outside_the_strip_hold_nothing():
    found = scores(5)
    assert np.isfinite(found.between(300, 400)).all()
    assert found.nothing(300, 400) == 0


@pytest.fixture(scope="module")
def network():
    return TouchingNetwork()


def read(log_probs: np.ndarray) -> list[int]:
    """The likeliest sign of each frame, repeats and blanks left out."""
    best = log_probs.argmax(axis=1)
    return [int(s) for at, s in enumerate(best) if s != BLANK and (at == 0 or best[at - 1] != s)]


@pytest.mark.parametrize("pair", [(3, 7), (0, 8), (2, 5), (6, 1)])
def test_it_reads_digits_that_overlap(network, digits, pair):
    left, right = (digits[digit][4:24, 4:24] for digit in pair)
    both = np.zeros((20, 34), np.uint8)
    both[:, :20] = left
    np.maximum(both[:, 14:], right, out=both[:, 14:])
    columns = np.flatnonzero(both.any(axis=0))
    ink = both[:, columns[0] : columns[-1] + 1].astype(np.float32) / 255
    form, _ = strip_form(ink, ink > 0.5)
    assert read(network([form])[0]) == [*pair]


def test_strips_of_any_width_in_the_order_given(network, digits):
    form, _ = strip_form(digits[4][4:24].astype(np.float32) / 255, digits[4][4:24] > 127)
    wide = np.zeros((28, 301), np.uint8)
    wide[:, : form.shape[1]] = form
    found = network([wide, form, wide])
    assert [len(scores) for scores in found] == [150, form.shape[1] // 2, 150]
    assert read(found[0]) == read(found[1]) == [4]
    assert network([]) == []


def test_weights_of_another_kind_are_refused(tmp_path):
    from digitnet.reading.network import SHIPPED_WEIGHTS

    with pytest.raises(WeightsError, match="expected 'digitnet touching' version 1"):
        TouchingNetwork(SHIPPED_WEIGHTS)
    with pytest.raises(WeightsError, match="cannot read"):
        TouchingNetwork(tmp_path / "none.onnx")

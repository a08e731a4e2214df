import numpy as np
import pytest

pytestmark = pytest.mark.slow


def test_everything_is_told_of_every_image(findings):
    assert len(findings.labels) == len(findings.guesses) == 1000
    assert findings.features.shape == (1000, 32)
    assert findings.evaluation.correct == findings.right.sum()
    assert ((findings.confidence > 0) & (findings.confidence <= 1)).all()


def test_the_worst_are_wrong_and_in_order(findings):
    worst = findings.worst(10)
    assert not findings.right[worst].any()
    assert (np.diff(findings.confidence[worst]) <= 0).all()
    assert len(findings.worst(10_000)) == (~findings.right).sum()


def test_the_map_keeps_digits_together(findings):
    """Digits lie nearer to their own kind than to the whole: it is no random projection."""
    places = findings.map()
    assert places.shape == (1000, 2)
    spread = places.var(axis=0).sum()
    within = np.mean([places[findings.labels == d].var(axis=0).sum() for d in range(10)])
    assert within < 0.8 * spread
    # Components: no correlation is left between the two.
    assert abs(np.corrcoef(places.T)[0, 1]) < 0.05

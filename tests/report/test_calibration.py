import numpy as np
import pytest
import torch

from digitnet.report.calibration import (
    calibration_error,
    cross_fitted,
    reliability,
    risk_coverage,
)


def test_bins_hold_every_prediction_once():
    confidence = np.array([0.05, 0.5, 0.5, 0.99, 1.0])
    right = np.array([False, True, False, True, True])
    bins = reliability(confidence, right)
    assert sum(b.count for b in bins) == 5
    assert [b.accuracy for b in bins] == [0.0, 0.5, 1.0]
    assert all(b.low <= b.confidence <= b.high for b in bins)


def test_the_error_is_zero_where_confidence_is_the_share_that_is_right():
    confidence = np.full(10, 0.7)
    assert calibration_error(reliability(confidence, np.arange(10) < 7)) == pytest.approx(0)
    assert calibration_error(reliability(confidence, np.arange(10) < 2)) == pytest.approx(0.5)


def test_the_surest_are_kept_first():
    coverage, risk = risk_coverage(np.array([0.2, 0.9, 0.6]), np.array([False, True, True]))
    assert coverage == pytest.approx([1 / 3, 2 / 3, 1])
    assert risk == pytest.approx([0, 0, 1 / 3])


@pytest.mark.slow
def test_temperatures_are_fitted_on_the_other_half():
    torch.manual_seed(0)
    truth = torch.randint(0, 10, (4000,))
    logits = torch.nn.functional.one_hot(truth, 10).float() * 2 + torch.randn(4000, 10)
    overconfident = 3 * logits
    shares, temperatures = cross_fitted(overconfident, truth)
    assert all(2 <= t <= 2.0001 or t > 1.5 for t in temperatures)
    before = overconfident.softmax(1).max(1).values.numpy()
    after = shares.max(1).values.numpy()
    right = (logits.argmax(1) == truth).numpy()
    assert calibration_error(reliability(after, right)) < calibration_error(
        reliability(before, right)
    )

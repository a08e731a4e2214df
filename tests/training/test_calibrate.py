import numpy as np
import pytest
import torch

from digitnet.training.calibrate import digit_log_odds, fit_knots, fit_temperature, fit_threshold


@pytest.mark.slow
@pytest.mark.parametrize("temperature", [0.6, 1.0, 1.8])
def test_the_temperature_that_made_the_labels_is_found(temperature):
    generator = torch.Generator().manual_seed(0)
    honest = torch.randn(10_000, 10, generator=generator) * 2
    labels = torch.multinomial(honest.softmax(dim=1), 1, generator=generator).flatten()
    assert fit_temperature(honest * temperature, labels) == pytest.approx(temperature, rel=0.05)


def test_the_threshold_keeps_the_share_it_promises():
    logits = torch.randn(10_000, 11, generator=torch.Generator().manual_seed(0))
    for kept in (0.9, 0.99):
        accepted = (digit_log_odds(logits) > fit_threshold(logits, kept)).float().mean()
        assert accepted == pytest.approx(kept, abs=0.001)


def test_they_are_the_log_odds_of_a_digit():
    logits = torch.tensor([[0.0] * 10 + [0.0], [5.0] + [-9.0] * 9 + [2.0]])
    shares = logits.softmax(dim=1)
    expected = (shares[:, :10].sum(dim=1) / shares[:, 10]).log()
    torch.testing.assert_close(digit_log_odds(logits), expected)


@pytest.mark.slow
def test_knots_rise_and_tell_how_often_a_score_is_right():
    generator = torch.Generator().manual_seed(0)
    scores = torch.rand(20_000, generator=generator)
    right = torch.rand(20_000, generator=generator) < scores**2
    knots = fit_knots(list(zip(scores.tolist(), right.tolist(), strict=True)))
    at, shares = zip(*knots, strict=True)
    assert (at[0], at[-1]) == (0, 1)
    assert list(shares) == sorted(shares)
    assert np.allclose(shares, np.array(at) ** 2, atol=0.06)


def test_without_samples_a_score_is_its_own_probability():
    assert fit_knots([]) == [[0.0, 0.0], [1.0, 1.0]]

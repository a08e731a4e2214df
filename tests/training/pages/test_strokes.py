import numpy as np
import pytest

from digitnet.errors import DataError
from digitnet.training.pages import strokes
from digitnet.training.pages.strokes import (
    INKED,
    bend,
    draw_strokes,
    fit,
    load_strokes,
    smooth,
    trace,
)

LINE = [np.array([[0, 0], [0, 80]], np.float32)]


def test_shipped_sets_load_with_labels():
    digits, letters = load_strokes("pendigits-train"), load_strokes("omniglot")
    assert (len(digits), len(letters)) == (7494, 4840)
    assert set(digits.labels.tolist()) == set(range(10))
    assert "Latin/character01" in letters.labels
    assert all(stroke.shape[1] == 2 for stroke in digits[0])


def test_a_missing_set_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(strokes, "SHIPPED", tmp_path)
    with pytest.raises(DataError, match=r"omniglot\.npz: no stroke set .* install digitnet anew"):
        load_strokes("omniglot")


@pytest.mark.parametrize("pen", [1.5, 2.5, 4, 7, 12, 20])
def test_a_pen_is_as_wide_as_asked(pen):
    ink = draw_strokes(np.random.default_rng(0), LINE, pen)
    width = ink[ink.shape[0] // 2].sum() / 255
    assert abs(width - pen) < 0.75


def test_a_smooth_curve_passes_its_points_and_a_straight_one_stays_straight():
    points = np.array([[0, 0], [10, 30], [40, 30], [50, 60]], np.float32)
    curve = smooth(points, 8)
    assert np.allclose(curve[::8], points, atol=1e-4)
    assert np.allclose(smooth(np.array([[0, 0], [8, 8]], np.float32), 8)[:, 0], np.arange(9))


def test_a_knot_written_twice_is_a_corner():
    knots = [(0.0, 0.0), (20.0, 0.0), (40.0, 0.0), (40.0, 0.0), (40.0, 40.0), (40.0, 80.0)]
    rng = np.random.default_rng(0)
    sharp, round_ = trace(rng, knots, 0, 0), trace(rng, knots, 0, 1)
    assert sharp[:, 0].max() <= 40.001
    assert round_[:, 0].max() > 40.5  # the curve swings out


def test_fit_gives_the_height_and_a_flat_stroke_its_width():
    fitted = fit([np.array([[5, 5], [25, 45]], np.float32)], 80)[0]
    assert fitted.min() == 0
    assert fitted[:, 1].max() == pytest.approx(80)
    flat = fit([np.array([[0, 0], [100, 1]], np.float32)], 45)[0]
    assert flat[:, 0].max() == pytest.approx(100)


def test_bending_moves_points_by_about_its_amount():
    rng = np.random.default_rng(0)
    path = np.stack([np.full(50, 50.0), np.linspace(0, 100, 50)], axis=1).astype(np.float32)
    moves = [bend(rng, [path], 0.02)[0] - path for _ in range(50)]
    assert 1 < np.std(moves) < 4
    steps = np.abs(np.diff(moves, axis=1)).max()
    assert steps < 1.5  # neighbours move together


def test_gaps_leave_places_without_ink():
    path = [np.stack([np.zeros(60), np.linspace(0, 90, 60)], axis=1).astype(np.float32)]
    rng = np.random.default_rng(0)
    inked = [(draw_strokes(rng, path, 1.5, gaps=1.0) > INKED).any(axis=1) for _ in range(5)]
    assert all(not rows.all() for rows in inked)
